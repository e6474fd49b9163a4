using HostProgram = Isolation.IntegrationTests.Robustness.HostProgram;

namespace Isolation.IntegrationTests.Limits;

/// <summary>
/// An ordinary user's process that the user's own manager has not started, such as one of a login: it may not move
/// processes to where that manager's groups are.
/// </summary>
[Category("Systemd")]
public sealed class SystemdOutsideTests
{
    [SetUp]
    public void NeedSystemd()
    {
        Requires.Systemd();
        Requires.NotRoot();
        Requires.UserNamespaces();
        Requires.That("systemd-outside", !Scopes.IsInReach, "an ordinary user's process outside of the user's systemd manager is needed");
    }

    [Test]
    public async Task Limits_are_refused_with_both_remedies()
    {
        string[] report = await HostProgram.RunBelowAsync(["env"], "limited");

        Assert.That(report, Has.Some.Match("^refused .*systemd-run --user --scope -p Delegate=yes.*LinuxSandboxOptions.HostGroup"));
    }

    [Test]
    public async Task Preferred_limits_are_reported_controller_by_controller()
    {
        string[] report = await HostProgram.RunBelowAsync(["env"], "limited", "prefer");

        Assert.That(report, Has.Some.Match("^not applied .*Memory.*The controller memory cannot be used.*may not move processes"));
        Assert.That(report, Has.Some.Match("^not applied .*Processes.*The controller pids cannot be used.*may not move processes"));
        Assert.That(report, Does.Contain("counted by Processes"));
    }

    [Test]
    public async Task A_host_that_may_be_moved_is_moved_into_a_scope()
    {
        string[] report = await HostProgram.RunBelowAsync(["env"], "limited", "move");

        Assert.That(report, Has.Some.Match("^command .*/user@[0-9]+\\.service/.*/isolation-[0-9-]+\\.scope/isolation-"));
        Assert.That(report, Has.Some.Match("^after .*/isolation-[0-9-]+\\.scope/host$"));
        Assert.That(report, Does.Contain("counted by Groups"));
    }

    [Test]
    public async Task Without_the_manager_it_is_said_what_does_not_answer()
    {
        string[] report = await HostProgram.RunBelowAsync(
            ["env", "XDG_RUNTIME_DIR=/nowhere", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere/bus"], "limited", "move");

        Assert.That(report, Has.Some.Match("^refused .*systemd does not answer at /nowhere/bus or /nowhere/systemd/private.*loginctl enable-linger"));
    }
}
