using System.Net;
using Isolation.Linux.Interop;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink;

namespace Isolation.IntegrationTests.Networking;

/// <summary>Tests errors, batches and hostile senders.</summary>
public sealed class NetlinkSocketTests
{
    private TestNetwork _network = null!;
    private NetlinkSocket _socket = null!;

    [SetUp]
    public void CreateNetwork()
    {
        Requires.Root();
        Requires.Program("nsenter");
        _network = new TestNetwork();
        _socket = _network.Open(NetlinkFamily.Route);
    }

    [TearDown]
    public void RemoveNetwork()
    {
        _socket?.Dispose();
        _network?.Dispose();
    }

    [Test]
    public void An_error_contains_the_kernels_explanation_and_the_attribute()
    {
        SandboxException explained = Assert.Throws<SandboxException>(() => Execute(batch =>
            batch.ChangeLink(1, new LinkSettings { Mtu = -1 })))!;
        SandboxException located = Assert.Throws<SandboxException>(() => Execute(batch =>
            batch.ChangeLink(1, new LinkSettings { Mtu = 1400, Name = "a-name-that-is-too-long" })))!;

        Assert.That(explained.ErrorNumber, Is.EqualTo(Errno.EINVAL));
        Assert.That(explained.Message, Does.Contain("change link 1").And.Contain("mtu less than device minimum"));
        Assert.That(located.Message, Does.Contain("(IFLA_IFNAME)"));
    }

    [Test]
    public void The_first_error_of_a_batch_is_reported_and_the_socket_remains_usable()
    {
        InterfaceAddress address = new(1, IPAddress.Parse("10.0.0.1"), 8);
        SandboxException exception = Assert.Throws<SandboxException>(() => Execute(batch => batch
            .AddAddress(address).AddAddress(address).RemoveLink(17)))!;

        Assert.That(
            (exception.ErrorName, exception.Target), Is.EqualTo((nameof(Errno.EEXIST), "10.0.0.1/8")));
        Assert.That(_socket.ReadAddresses(), Does.Contain(address));
        Assert.That(
            Assert.Throws<SandboxException>(() => _socket.ReadLink("absent"))!.ErrorName,
            Is.EqualTo(nameof(Errno.ENODEV)));
    }

    [Test]
    public void A_thousand_messages_are_one_batch()
    {
        Execute(batch =>
        {
            for (int i = 0; i < 1000; i++)
            {
                batch.AddAddress(new InterfaceAddress(1, new IPAddress([10, 0, (byte)(i / 250), (byte)(i % 250)]), 32));
            }
        });

        Assert.That(_socket.ReadAddresses(), Has.Count.EqualTo(1000));
    }

    [Test]
    public void Messages_of_others_in_the_namespace_are_ignored()
    {
        // Root of the namespace may send to any socket in it, and guesses the port: it forges acknowledgements.
        const string Forge = """
            import socket, struct, sys
            s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
            answer = struct.pack('IHHIIi', 36, 2, 0, 1, 0, 0) + bytes(16)
            sent = 0
            for line in open('/proc/net/netlink').readlines()[1:]:
                family, port = line.split()[1:3]
                if family == '0' and port not in ('0', str(s.getsockname()[0])):
                    for sequence in range(64):
                        s.sendto(answer[:8] + struct.pack('I', sequence) + answer[12:], (int(port), 0)); sent += 1
            print(sent)
            """;
        Assert.That(_socket.ReadLinks(), Has.Count.EqualTo(1), "the socket has a port now");
        Assert.That(int.Parse(_network.Run("python3", "-c", Forge), null), Is.GreaterThan(0), "the attack works");

        Assert.That(() => Execute(batch => batch.RemoveLink(17)), Throws.InstanceOf<SandboxException>());
        Assert.That(_socket.ReadLinks().Single().Name, Is.EqualTo("lo"));
    }

    private void Execute(Action<NetlinkBatch> write)
    {
        using NetlinkBatch batch = new();
        write(batch);
        _socket.Execute(batch);
    }
}
