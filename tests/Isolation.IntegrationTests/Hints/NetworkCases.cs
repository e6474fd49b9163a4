using System.Net;
using Isolation.IntegrationTests.Networking;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink;
using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.IntegrationTests.Hints;

/// <summary>Situations in which the network cannot be changed.</summary>
internal static class NetworkCases
{
    private static readonly InterfaceAddress Address = new(1, IPAddress.Parse("192.0.2.1"), 32);

    internal static IEnumerable<RemedyCase> All =>
    [
        new(Network, EPERM, "an ordinary user, and the network of the machine", "CAP_NET_ADMIN", _ =>
        {
            using NetlinkSocket socket = NetlinkSocket.Open(NetlinkFamily.Route);
            return RefusalOf(socket, batch => batch.AddAddress(Address));
        }) { Needs = Requires.NotRoot },
        new(Network, EEXIST, "an address twice", "exists already",
            _ => InNetwork(batch => batch.AddAddress(Address).AddAddress(Address)))
        {
            Needs = Requires.Root,
        },
        new(Network, ENODEV, "no such link", "no such link", _ => InNetwork(batch => batch.RemoveLink(17)))
        {
            Needs = Requires.Root,
        },
        new(Network, EOPNOTSUPP, "an unknown kind of link", "lacks this part",
            _ => InNetwork(batch => batch.AddLink(new UnknownLink(), new LinkSettings { Name = "one" })))
        {
            Needs = Requires.Root,
        },
    ];

    private static async Task<SandboxException> InNetwork(Action<NetlinkBatch> write)
    {
        using TestNetwork network = new();
        using NetlinkSocket socket = network.Open(NetlinkFamily.Route);
        return await RefusalOf(socket, write);
    }

    private static Task<SandboxException> RefusalOf(NetlinkSocket socket, Action<NetlinkBatch> write)
    {
        using NetlinkBatch batch = new();
        write(batch);
        return Task.FromResult(Assert.Throws<SandboxException>(() => socket.Execute(batch))!);
    }

    private sealed record UnknownLink() : LinkKind("no-such-kind");
}
