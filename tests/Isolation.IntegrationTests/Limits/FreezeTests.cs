using Isolation.IntegrationTests.Support;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;
using Isolation.Linux.Sandboxes;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Commands stand still and go on.</summary>
[TestFixture("as the host has it")]
[TestFixture("v1")]
[Category("CgroupV2")]
public sealed class FreezeTests(string freezer)
{
    private const string Burn = "echo up; while :; do :; done";

    /// <summary>
    /// The maximum CPU time of a process after the freeze: it only has to leave the processor. A test takes far longer.
    /// </summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    [SetUp]
    public void NeedGroups() => Groups.Require();

    [Test]
    public async Task A_frozen_command_does_nothing_until_it_is_thawed()
    {
        await using ISandbox sandbox = await CreateAsync();
        await using ISandboxProcess loop = await StartAsync(sandbox, Burn);
        Assert.That(await CpuTimeOfAWhileAsync(sandbox), Is.GreaterThan(Moment), "before it is frozen");

        await sandbox.FreezeAsync();
        Assert.That(await CpuTimeOfAWhileAsync(sandbox), Is.LessThan(Moment), "while it is frozen");

        await sandbox.ThawAsync();
        Assert.That(await CpuTimeOfAWhileAsync(sandbox), Is.GreaterThan(Moment), "after it was thawed");
    }

    [Test]
    public async Task Freezing_includes_processes_that_the_command_keeps_starting()
    {
        await using ISandbox sandbox = await CreateAsync();
        await using ISandboxProcess forks = await StartAsync(
            sandbox, "echo up; while :; do (:) & (setsid sh -c :); wait; done");

        await sandbox.FreezeAsync();
        Assert.That(await CpuTimeOfAWhileAsync(sandbox), Is.LessThan(Moment));
    }

    [Test]
    public async Task A_command_that_is_started_meanwhile_starts_when_the_others_go_on()
    {
        await using ISandbox sandbox = await CreateAsync();
        await sandbox.FreezeAsync();
        Task<SandboxResult> later = sandbox.RunAsync(Guest.Shell("echo here"));
        await CpuTimeOfAWhileAsync(sandbox);
        Assert.That(later.IsCompleted, Is.False);

        await sandbox.ThawAsync();
        Assert.That(Guest.Output(await later), Is.EqualTo("here"));
    }

    [Test]
    public async Task A_frozen_command_can_be_killed_and_others_stay_frozen()
    {
        await using ISandbox sandbox = await CreateAsync();
        await using ISandboxProcess stays = await StartAsync(sandbox, Burn);
        await using ISandboxProcess goes = await StartAsync(sandbox, $"(sh -c '{Burn}' >/dev/null) & {Burn}");
        await sandbox.FreezeAsync();

        SandboxResult killed = await goes.KillAsync();

        Assert.That(killed.Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        Assert.That(await CpuTimeOfAWhileAsync(sandbox), Is.LessThan(Moment), "the other one");
        Assert.That((await stays.KillAsync()).Outcome, Is.EqualTo(SandboxOutcome.Canceled), "the only one");
    }

    [Test]
    public async Task A_frozen_command_is_killed_at_its_wall_time()
    {
        await using ISandbox sandbox = await CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Guest.Shell("exec sleep 1000") with { WallTime = TimeSpan.FromMilliseconds(300) });
        await sandbox.FreezeAsync();

        Assert.That((await process.WaitForExitAsync()).Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
    }

    [Test]
    public async Task A_frozen_sandbox_can_be_disposed_and_leaves_nothing()
    {
        ISandbox sandbox = await CreateAsync();
        await using (ISandboxProcess loop = await StartAsync(sandbox, $"(sh -c '{Burn}' >/dev/null) & {Burn}"))
        {
            await sandbox.FreezeAsync();
            await sandbox.DisposeAsync();
        }

        Assert.That(Groups.OfThisProcess(), Is.Empty);
        Assert.That(
            CgroupFiles.Children("/sys/fs/cgroup/freezer").Concat(CgroupFiles.Children("/sys/fs/cgroup/unified"))
            .Where(directory => CgroupOwner.Parse(Path.GetFileName(directory)) == CgroupOwner.Current), Is.Empty);
        Assert.That(() => sandbox.FreezeAsync(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task To_freeze_and_thaw_twice_is_to_do_it_once()
    {
        await using ISandbox sandbox = await CreateAsync();
        await sandbox.ThawAsync();
        await Task.WhenAll(sandbox.FreezeAsync(), sandbox.FreezeAsync());
        await Task.WhenAll(sandbox.ThawAsync(), sandbox.ThawAsync());

        Assert.That(await sandbox.OutputAsync("echo on"), Is.EqualTo("on"));
    }

    [Test]
    public async Task A_sandbox_without_groups_says_what_it_needs()
    {
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        Assert.That(
            () => sandbox.FreezeAsync(), Throws.InstanceOf<SandboxException>().With.Message.Contains(
                "SandboxSpecification.Limits"));
    }

    private async Task<ISandbox> CreateAsync()
    {
        ISandbox sandbox = await Groups.Limited(new()).CreateAsync();
        if (freezer == "v1")
        {
            const string Mount = "/sys/fs/cgroup/freezer";
            Requires.That("cgroups-v1-freezer", Directory.Exists(Mount)
                && File.Exists("/proc/self/cgroup"), "the controller freezer of v1 is needed");
            string own = File.ReadLines("/proc/self/cgroup").First(
                line => line.Contains(":freezer:", StringComparison.Ordinal)).Split(':', 3)[2].TrimEnd('/');
            ((LinuxSandbox)sandbox).Groups!.AddFreezer(new ControllerMount(CgroupVersion.V1, Mount + own));
        }

        return sandbox;
    }

    private static async Task<ISandboxProcess> StartAsync(ISandbox sandbox, string script)
    {
        ISandboxProcess process = await sandbox.StartAsync(
            Guest.Shell(script) with { StandardOutput = OutputTarget.Pipe });
        await process.StandardOutput!.ReadExactlyAsync(new byte[3]);
        return process;
    }

    /// <summary>
    /// The CPU time of the sandbox's commands while the application creates another sandbox and runs a command.
    /// </summary>
    private static async Task<TimeSpan> CpuTimeOfAWhileAsync(ISandbox sandbox)
    {
        TimeSpan before = sandbox.ReadUsage().CpuTime;
        for (int i = 0; i < 3; i++)
        {
            await Guest.Specification().OutputAsync("i=0; while [ $i -lt 5000 ]; do i=$((i+1)); done");
        }

        return sandbox.ReadUsage().CpuTime - before;
    }
}
