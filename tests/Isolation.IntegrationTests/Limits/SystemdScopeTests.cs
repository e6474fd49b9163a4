using Isolation.IntegrationTests.Support;
using Isolation.Linux;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Host;
using HostProgram = Isolation.IntegrationTests.Robustness.HostProgram;

namespace Isolation.IntegrationTests.Limits;

/// <summary>
/// The groups of sandboxes are below a scope that systemd gives: to root, and to an ordinary user whose process the
/// user's own manager has started.
/// </summary>
[Category("Systemd")]
public sealed class SystemdScopeTests
{
    private static readonly SandboxLimits Limits = new() { Memory = 64 << 20, Swap = 0, Processes = 16 };

    private static string Scope => Scopes.Of(Environment.ProcessId).Single();

    [SetUp]
    public void NeedSystemd()
    {
        Requires.Systemd();
        Requires.UserNamespaces();
        Requires.That("systemd-reach", Scopes.IsInReach, "root or a process of the user's systemd manager is needed");
    }

    [Test]
    public async Task Limits_hold_below_a_scope_and_the_host_stays_where_it_is()
    {
        string before = Scopes.OwnGroup;
        await using ISandbox sandbox = await Groups.Limited(Limits).CreateAsync();
        SandboxResult greedy = await sandbox.RunAsync(Guest.Shell(Groups.Allocate(200)));
        SandboxResult bomb = await sandbox.RunAsync(
            Guest.Shell("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 1000 & done; wait"));
        SandboxResult modest = await sandbox.RunAsync(Guest.Shell("true"));
        string scope = Scope;
        string[] properties = [.. ((string[])["Delegate", "CollectMode", "ActiveState", "ControlGroup"])
            .Select(property => Scopes.Show(Path.GetFileName(scope), property))];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (greedy.Outcome, bomb.Outcome, modest.Outcome), Is.EqualTo(
                    (SandboxOutcome.MemoryExceeded, SandboxOutcome.ProcessesExceeded, SandboxOutcome.Completed)));
            Assert.That(modest.Usage!.Source, Is.EqualTo(UsageSource.Groups));
            Assert.That(
                properties, Is.EqualTo((string[])["yes", "inactive-or-failed", "active", scope[Scopes.Top.Length..]]));
            Assert.That(Scopes.Sandboxes(scope), Has.Length.EqualTo(1));
            Assert.That(Scopes.OwnGroup, Is.EqualTo(before));
        }
    }

    [Test]
    public async Task Many_sandboxes_share_one_scope_and_leave_nothing_in_it()
    {
        SandboxSpecification[] specifications = [.. Enumerable.Range(20, 4).Select(
            processes => Groups.Limited(new() { Processes = processes }))];
        ISandbox[] sandboxes = await Task.WhenAll(
            specifications.Select(specification => Task.Run(() => specification.CreateAsync())));
        int during = Scopes.Sandboxes(Scope).Length;
        foreach (ISandbox sandbox in sandboxes)
        {
            await sandbox.DisposeAsync();
        }

        Assert.That((during, Scopes.Sandboxes(Scope)), Is.EqualTo((4, Array.Empty<string>())));
    }

    [Test]
    public async Task A_scope_that_was_stopped_is_asked_for_again()
    {
        SandboxSpecification specification = Groups.Limited(Limits);
        await specification.RunAsync("true");
        string first = Scope;
        Scopes.Systemctl("stop", Path.GetFileName(first));
        SandboxResult result = await specification.RunAsync("true");

        Assert.That((result.IsSuccess, result.Usage!.Source), Is.EqualTo((true, UsageSource.Groups)));
        Assert.That((Scope != first, Directory.Exists(first)), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task The_scope_of_a_killed_host_ends_with_all_its_groups()
    {
        using HostProgram host = HostProgram.Start("hold-limited", "3");
        await host.ReadUntilAsync("ready");
        string scope = Scopes.Of(host.ProcessId).Single();
        int during = Scopes.Sandboxes(scope).Length;
        host.Kill();

        Assert.That((during, await Scopes.IsGoneAsync(scope)), Is.EqualTo((3, true)));
    }

    // The two sockets at which systemd can be called: the bus, and its own.
    [Test]
    public async Task Without_a_bus_systemd_itself_is_asked()
    {
        string[] report = await HostProgram.RunBelowAsync(
            ["env", "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nowhere/bus",
                "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere/bus"], "limited");

        Assert.That(report, Has.Some.Match("^command .*/isolation-[0-9-]+\\.scope/isolation-"));
    }

    [Test]
    public async Task In_a_leaf_of_a_delegated_scope_nobody_is_asked()
    {
        const string EnterLeaf = "group=/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup) && mkdir $group/leaf && echo $$ "
            + ">$group/leaf/cgroup.procs && exec \"$@\"";
        string[] report = await HostProgram.RunBelowAsync(
            [.. Delegated("leaf"), "sh", "-c", EnterLeaf, "sh"], "limited");

        Assert.That(report, Has.Some.Match($"^command .*/leaf-{Environment.ProcessId}\\.scope/isolation-"));
        Assert.That(report, Has.Some.Match($"^after .*/leaf-{Environment.ProcessId}\\.scope/leaf$"));
    }

    [Test]
    public async Task In_a_delegated_scope_the_host_makes_room_where_it_may_and_nobody_is_asked()
    {
        // The user's manager does not tell what it delegated.
        Requires.Root();
        string[] report = await HostProgram.RunBelowAsync(Delegated("delegated"), "limited", "move");

        Assert.That(report, Has.Some.Match($"^before .*/delegated-{Environment.ProcessId}\\.scope$"));
        Assert.That(report, Has.Some.Match($"^command .*/delegated-{Environment.ProcessId}\\.scope/isolation-"));
        Assert.That(report, Has.Some.Match($"^after .*/delegated-{Environment.ProcessId}\\.scope/host$"));
    }

    [Test]
    public async Task Without_systemd_a_privileged_application_uses_the_root_cgroup()
    {
        LinuxSandboxProvider provider = new(
            TimeProvider.System, new LinuxSandboxOptions { SystemdScope = SystemdScope.Never });
        SandboxSpecification specification = Groups.Limited(Limits);
        if (!Environment.IsPrivilegedProcess)
        {
            SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
                () => provider.CreateAsync(specification)))!;
            Assert.That(refusal.Message, Does.Contain("does not allow requesting a systemd scope"));
            return;
        }

        await using ISandbox sandbox = await provider.CreateAsync(specification);
        Assert.That(
            CgroupFiles.Children(Scopes.Top).Count(
                directory => CgroupOwner.Parse(Path.GetFileName(directory))?.Process == Environment.ProcessId),
            Is.EqualTo(1));
    }

    private static string[] Delegated(string name)
    {
        string[] manager = Environment.IsPrivilegedProcess ? [] : ["--user"];
        return ["systemd-run", .. manager, "--scope", "--quiet", "-p", "Delegate=yes", "--unit",
            $"{name}-{Environment.ProcessId}"];
    }
}
