using System.Diagnostics;
using Isolation.Linux.Cgroups.Systemd;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.TestSupport;

namespace Isolation.Linux.Tests.Cgroups.Systemd;

/// <summary>
/// Tests the call that creates a scope, with recorded answers of a bus and of systemd (Recorded/README.md), and with a
/// real bus.
/// </summary>
public sealed class ScopeCallTests
{
    private const string Welcome = "OK c8de6897843b578b21404a066b0584fc\r\n";
    private const string Name = "isolation-1-2-3-4.scope";

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public void Through_a_bus()
    {
        byte[][] bus = Recorded("bus");
        using FakePeer peer = new(Welcome, Join(bus[..2]), bus[2], Join(bus[3..]));

        Assert.That(Start(peer.Path, hasBroker: true)?.Reason, Is.Null);
        string user = Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes($"{Kernel.geteuid()}"));
        Assert.That(peer.Wish, Is.EqualTo($"\0AUTH EXTERNAL {user}"));
        Assert.That(
            peer.Calls.Select(call => new BusMessage(call)[BusField.Member]),
            Is.EqualTo((string[])["Hello", "AddMatch", "StartTransientUnit"]));
        Assert.That(peer.Calls[2][^Recorded("call")[0].Length..], Is.EqualTo(Recorded("call")[0]));
    }

    [Test]
    public void At_systemds_own_socket()
    {
        using FakePeer peer = new(Welcome, Join(Recorded("manager")));

        Assert.That(Start(peer.Path, hasBroker: false)?.Reason, Is.Null);
        Assert.That(peer.Calls.Single()[^Recorded("call")[0].Length..], Is.EqualTo(Recorded("call")[0]));
    }

    [Test]
    public void A_refusal_is_told_and_not_tried_elsewhere()
    {
        byte[][] bus = Recorded("bus");
        byte[] refusal = Recorded("refusal")[0];

        // The recorded message answers a fourth call; here it answers the third one.
        int serial = refusal.AsSpan().IndexOf((byte[])[5, 1, (byte)'u', 0, 4, 0, 0, 0]) + 4;
        refusal[serial] = 3;
        using FakePeer peer = new(Welcome, Join(bus[..2]), bus[2], refusal);
        using FakePeer other = new(Welcome, Join(Recorded("manager")));
        Obstacle obstacle = new SystemdManager(1500, [new(peer.Path, true), new(other.Path, false)])
            .StartScope(Name, "Sandboxes of process 2", 77)!;

        Assert.That(
            obstacle.Reason, Does.StartWith(
                $"systemd did not start the scope {Name}: org.freedesktop.systemd1.UnitExists: Unit {Name} was "
                + $"already loaded"));
        Assert.That((obstacle.Remedy, other.Calls.Count), Is.EqualTo(("For details, run: journalctl --user -b.", 0)));
    }

    [Test]
    public void The_next_socket_is_tried_if_one_is_missing()
    {
        using FakePeer peer = new(Welcome, Join(Recorded("manager")));

        Assert.That(
            new SystemdManager(0, [new("/nowhere/bus", true), new(peer.Path, false)])
            .StartScope(Name, "Sandboxes of process 2", 77)?.Reason, Is.Null);
    }

    [Test]
    public void The_error_names_every_socket_if_none_answers()
    {
        Obstacle obstacle = new SystemdManager(1500, [new("/nowhere/bus", true), new("\0nobody", false)])
            .StartScope(Name, "", 77)!;

        Assert.That(obstacle.Reason, Does.StartWith("systemd does not answer at /nowhere/bus or @nobody: "));
        Assert.That(obstacle.Remedy, Does.Contain("loginctl enable-linger").And.Contain("/run/user/1500"));
    }

    [Test]
    public void A_rejected_user_is_reported()
    {
        using FakePeer peer = new("REJECTED EXTERNAL\r\n");

        Assert.That(
            () => Open(peer),
            Throws.TypeOf<BusException>().With.Message.Contains("refuses user").And.Message.Contains(
                "REJECTED EXTERNAL"));
    }

    [Test]
    public void A_silent_peer_times_out()
    {
        using FakePeer peer = new("");

        Assert.That(() => Open(peer, Moment), Throws.TypeOf<BusException>().With.Message.Contains("No reply within"));
    }

    [TestCase("l\u0002\u0000\u0001\u00ff\u00ff\u00ff\u00ff\u0001\u0000\u0000\u0000\u0008\u0000\u0000\u0000")]
    [TestCase(
        "l\u0002\u0000\u0001\u0000\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0008\u0000\u0000\u0000"
        + "\u0001\u0001v\u0000\u0000\u0000\u0000\u0000")]
    [TestCase(
        "l\u0002\u0000\u0001\u0000\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0008\u0000\u0000\u0000"
        + "\u0001\u0001s\u0000\u00ff\u0000\u0000\u0000")]
    [TestCase("HTTP/1.1 400 Bad Request\r\n\r\n")]
    public void Another_protocol_is_reported(string answer)
    {
        using FakePeer peer = new(Welcome, System.Text.Encoding.Latin1.GetBytes(answer));

        Assert.That(
            () => Open(peer), Throws.TypeOf<BusException>().With.Message.EqualTo(
                "The peer does not speak D-Bus."));
    }

    [Test]
    public void A_real_bus_without_systemd_on_it_is_passed_over()
    {
        Requires.Program("dbus-daemon");
        string directory = Directory.CreateTempSubdirectory("isolation-bus-").FullName;
        using Process daemon = Process.Start(new ProcessStartInfo(
            Machine.FindProgram("dbus-daemon")!,
            ["--session", "--nofork", "--nopidfile", "--print-address", $"--address=unix:path={directory}/bus"])
        { RedirectStandardOutput = true })!;
        try
        {
            // The daemon prints its address when it is ready.
            Assert.That(daemon.StandardOutput.ReadLine(), Does.StartWith($"unix:path={directory}/bus"));
            using FakePeer peer = new(Welcome, Join(Recorded("manager")));
            Obstacle alone = new SystemdManager(1500, [new($"{directory}/bus", true)]).StartScope(Name, "", 77)!;
            Obstacle? withAnother = new SystemdManager(1500, [new($"{directory}/bus", true), new(peer.Path, false)])
                .StartScope(Name, "", 77);

            Assert.That(
                alone.Reason, Does.StartWith($"systemd does not answer at {directory}/bus: ").And.Contain(
                    "org.freedesktop.systemd1"));
            Assert.That(withAnother?.Reason, Is.Null);
        }
        finally
        {
            daemon.Kill();
            daemon.WaitForExit();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Obstacle? Start(string path, bool hasBroker) =>
        new SystemdManager(0, [new(path, hasBroker)]).StartScope(Name, "Sandboxes of process 2", 77);

    private static void Open(FakePeer peer) => Open(peer, Patience);

    private static void Open(FakePeer peer, TimeSpan patience) =>
        BusConnection.Open(new(peer.Path, true), patience).Dispose();

    private static byte[] Join(IEnumerable<byte[]> messages) => [.. messages.SelectMany(message => message)];

    private static byte[][] Recorded(string name)
    {
        using StreamReader reader = new(typeof(ScopeCallTests).Assembly.GetManifestResourceStream($"recorded-{name}")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Convert.FromHexString)];
    }
}
