using Isolation.Linux.Cgroups.Systemd;
using Isolation.Linux.Tests.Probing;

namespace Isolation.Linux.Tests.Cgroups.Systemd;

/// <summary>The choice of the manager and of its address.</summary>
public sealed class SystemdManagerTests
{
    private FakeHost _host;

    [SetUp]
    public void SetUp()
    {
        _host = new FakeHost();
        _host.Write("/run/systemd/system/x", "");
        _host.Write("/proc/1/comm", "systemd");
    }

    [TearDown]
    public void TearDown() => _host.Dispose();

    [Test]
    public void Root_asks_the_system() => Expect(0, [], "/run/dbus/system_bus_socket", "/run/systemd/private");

    [Test]
    public void A_user_asks_the_own_manager() =>
        Expect(1500, [], "/run/user/1500/bus", "/run/user/1500/systemd/private");

    [Test]
    public void The_environment_says_where_else() => Expect(
        1500,
        new()
        {
            ["XDG_RUNTIME_DIR"] = "/var/run/me",
            ["DBUS_SESSION_BUS_ADDRESS"] = "tcp:host=far;unix:path=/a%20b,guid=1;unix:abstract=/c,guid=2"
        },
        "/a b", "@/c", "/var/run/me/systemd/private");

    [Test]
    public void Empty_environment_variables_count_as_unset() => Expect(
        0, new() { ["DBUS_SYSTEM_BUS_ADDRESS"] = "" }, "/run/dbus/system_bus_socket", "/run/systemd/private");

    // A container may expose the sockets of its host, but systemd would interpret process ids in its own namespace.
    [TestCase("bash")]
    [TestCase("")]
    public void Systemd_is_not_asked_if_another_program_has_process_ID_1(string first)
    {
        _host.Write("/proc/1/comm", first);

        Assert.That(Find(0, []), Is.Null);
    }

    [TestCase(0u, "/system.slice/judge.service", ExpectedResult = true)]
    [TestCase(1500u, "/user.slice/user-1500.slice/user@1500.service/app.slice/x.scope", ExpectedResult = true)]
    [TestCase(1500u, "/user.slice/user-1500.slice/session-1.scope", ExpectedResult = false)]
    [TestCase(1500u, "/user.slice/user-15001.slice/user@15001.service/app.slice/x.scope", ExpectedResult = false)]
    public bool A_user_reaches_only_what_the_own_manager_has(uint user, string group) => Find(user, [])!.Reaches(group);

    [Test]
    public void Without_any_socket_it_is_told_before_a_call()
    {
        Assert.That(
            Find(1500, [])!.FindObstacle(_host.Files)?.Reason,
            Does.Contain("/run/user/1500/bus or /run/user/1500/systemd/private"));
        _host.Write("/run/user/1500/systemd/private", "");
        Assert.That(Find(1500, [])!.FindObstacle(_host.Files), Is.Null);
    }

    private SystemdManager? Find(uint user, Dictionary<string, string> environment) =>
        SystemdManager.Find(_host.Files, user, name => environment.GetValueOrDefault(name));

    private void Expect(uint user, Dictionary<string, string> environment, params string[] addresses) =>
        Assert.That(Find(user, environment)!.Addresses.Select(address => address.ToString()), Is.EqualTo(addresses));
}
