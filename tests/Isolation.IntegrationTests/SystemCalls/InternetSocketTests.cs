using Isolation.Linux.Interop;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.IntegrationTests.SystemCalls;

/// <summary>Profiles with sockets allow TCP and UDP: the kernel would load a module for other protocols.</summary>
public sealed class InternetSocketTests
{
    private const long Beyond = 1L << 32;
    private const long Flags = 0x80000 | 0x800;
    private const int Stream = 1, Datagram = 2, Raw = 3, SequencedPackets = 5, Dccp = 6;
    private const int Icmp = 1, Tcp = 6, Udp = 17, DccpProtocol = 33, Sctp = 132, UdpLite = 136, Mptcp = 262;

    private static readonly SystemCallFilter[] Filters =
        [SystemCallFilter.Default, SystemCallFilter.DotNet, SystemCallFilter.Jvm, SystemCallFilter.Node];

    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task Only_TCP_and_UDP_sockets_are_allowed([ValueSource(nameof(Filters))] SystemCallFilter filter)
    {
        long[][] allowed =
        [
            .. from family in (long[])[2, 10, 2 + Beyond]
               from rest in (long[][])
               [
                   [Stream, 0], [Stream, Tcp], [Datagram, 0], [Datagram, Udp], [Stream | Flags, Tcp],
                   [Datagram | Flags, Udp + Beyond],
               ]
               select (long[])[family, .. rest],
        ];
        long[][] refused =
        [
            .. from family in (long[])[2, 10, 2 + Beyond]
               from rest in (long[][])
               [
                   [Stream, Sctp], [SequencedPackets, Sctp], [Dccp, DccpProtocol], [Stream, Mptcp], [Datagram, UdpLite],
                   [Datagram, Icmp], [Raw, Icmp], [Stream, Udp], [Datagram, Tcp], [Stream + Beyond, Mptcp + Beyond],
                   [Stream | Flags, Mptcp], [Dccp, 0], [SequencedPackets, 0],
               ]
               select (long[])[family, .. rest],
        ];
        using CallProgram program = new([.. allowed.Concat(refused).Select(Socket)]);

        long[] results = await program.RunAsync(filter);

        Assert.That(results[..allowed.Length], Is.All.GreaterThanOrEqualTo(0));
        Assert.That(results[allowed.Length..], Is.All.EqualTo(-Errno.EPROTONOSUPPORT));
    }

    [Test]
    public async Task Without_the_profile_the_kernel_decides()
    {
        using CallProgram program = new(
            Socket([2, Datagram, UdpLite]), Socket([2, Stream, Mptcp]), Socket([2, Raw, Icmp]));

        long[] results = await program.RunAsync(SystemCallFilter.Off);

        Assert.That(results[2], Is.EqualTo(-Errno.EPERM));
        Requires.That("protocols", results[0] >= 0 || results[1] >= 0, "a kernel with UDP-Lite or MPTCP is needed");
    }

    [Test]
    public async Task An_application_can_allow_another_protocol()
    {
        SystemCallFilter ping = SystemCallFilter.Default with
        {
            Rules =
            [
                new(["socket"], SystemCallAction.Allow) { Comparisons = [ArgumentComparison.Int32Equal(2, Icmp)] },
            ],
        };
        using CallProgram program = new(Socket([2, Raw, Icmp]), Socket([2, Stream, Sctp]));

        Assert.That(await program.RunAsync(ping), Is.EqualTo([-Errno.EPERM, -Errno.EPROTONOSUPPORT]));
    }

    private static (long Number, ulong[] Arguments) Socket(long[] arguments) =>
        (SystemCallNames.Current.Numbers["socket"], [.. arguments.Select(argument => (ulong)argument), 0, 0, 0]);
}
