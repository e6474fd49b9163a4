using Isolation.IntegrationTests.Support;
using HostProgram = Isolation.IntegrationTests.Robustness.HostProgram;

namespace Isolation.IntegrationTests.Limits;

/// <summary>
/// An ordinary user's process that the user's own manager has not started, such as one of a login: it may not move
/// processes to where that manager's groups are.
/// </summary>
[Category("Systemd")]
public sealed class SystemdOutsideTests
{
    private static readonly SandboxLimits Limits = new() { Memory = 64 << 20, Processes = 16 };

    [SetUp]
    public void NeedSystemd()
    {
        Requires.Systemd();
        Requires.NotRoot();
        Requires.UserNamespaces();
        Requires.That(
            "systemd-outside", !Scopes.IsInReach,
            "an ordinary user's process outside of the user's systemd manager is needed");
    }

    [Test]
    public async Task Limits_are_refused_with_both_remedies()
    {
        SandboxException refusal = await Groups.Limited(Limits).RefusalAsync();

        Assert.That(
            refusal.Message, Does.Match(
                "may not move processes.*systemd-run --user --scope -p Delegate=yes.*LinuxSandboxOptions.HostGroup"));
    }

    [Test]
    public async Task Preferred_limits_are_reported_controller_by_controller()
    {
        await using ISandbox sandbox = await Groups.Limited(Limits with { Requirement = Requirement.Prefer })
            .CreateAsync();
        SandboxResult result = await sandbox.RunAsync(Guest.Shell("true"));

        Assert.That((result.IsSuccess, result.Usage!.Source), Is.EqualTo((true, UsageSource.Processes)));
        Assert.That(
            sandbox.Report.NotApplied.Select(left => left.ToString()), Is.EqualTo((string[])["memory", "pids"])
            .Using<string, string>(
            (text, controller) =>
                text.Contains($"The {controller} controller is not available", StringComparison.Ordinal)
                && text.Contains("may not move processes", StringComparison.Ordinal)));
    }

    [Test]
    public async Task A_host_that_may_be_moved_is_moved_into_a_scope()
    {
        string[] report = await HostProgram.RunBelowAsync(["env"], "limited", "move");

        Assert.That(
            report, Has.Some.Match("^command .*/user@[0-9]+\\.service/.*/isolation-[0-9-]+\\.scope/isolation-"));
        Assert.That(report, Has.Some.Match("^after .*/isolation-[0-9-]+\\.scope/host$"));
        Assert.That(report, Does.Contain("counted by Groups"));
    }

    [Test]
    public async Task Without_the_manager_it_is_said_what_does_not_answer()
    {
        string[] report = await HostProgram.RunBelowAsync(
            ["env", "XDG_RUNTIME_DIR=/nowhere", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere/bus"], "limited", "move");

        Assert.That(
            report, Has.Some.Match(
                "^refused .*systemd does not answer at /nowhere/bus or /nowhere/systemd/private.*loginctl "
                + "enable-linger"));
    }
}
