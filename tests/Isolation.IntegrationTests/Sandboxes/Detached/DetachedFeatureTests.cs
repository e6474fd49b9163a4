using System.Globalization;
using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Robustness;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.IntegrationTests.Sandboxes.Detached;

/// <summary>An application does everything with a sandbox that it attached to.</summary>
public sealed class DetachedFeatureTests : DetachedFixture
{
    [Test]
    public async Task The_limit_of_wall_time_counts_from_the_start()
    {
        ISandbox first = await Application().CreateAsync(Specification);
        await first.StartAsync(
            Guest.Shell("exec sleep 100000") with { WallTime = TimeSpan.FromMilliseconds(500) });
        await first.DisposeAsync();

        await using ISandbox second = await Application().AttachAsync(first.Id);
        SandboxResult result = await second.Processes.Single().WaitForExitAsync().WaitAsync(Guest.Patience);

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
        Assert.That(result.WallTime, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(500)));
    }

    [Test]
    public async Task Processes_left_by_an_earlier_command_end_when_an_application_attaches()
    {
        ISandbox first = await Application().CreateAsync(WithShared());
        Gate("go");
        await first.StartAsync(Guest.Shell("read line < /shared/go; sleep 100000 & exit 3"));
        int main = MainOf(first);
        await first.DisposeAsync();
        await OpenAsync("go");
        Assert.That(Processes.HasEnded(main));

        await using ISandbox second = await Application().AttachAsync(first.Id);
        SandboxResult result = await second.Processes.Single().WaitForExitAsync().WaitAsync(Guest.Patience);

        Assert.That(result.ExitCode, Is.EqualTo(3));
        Assert.That(HostProcess.Children(second.ProcessId), Is.Empty);
    }

    [Test]
    public async Task An_adopted_command_can_be_signaled_and_killed([Values] bool besideOthers)
    {
        ISandbox first = await Application().CreateAsync(WithShared());
        Gate("up");
        if (besideOthers)
        {
            await first.StartAsync(Guest.Shell("exec sleep 100000"));
        }

        ISandboxProcess started = await first.StartAsync(
            Guest.Shell("trap 'echo > /shared/up' USR1; while :; do sleep 0.05; done"));
        await first.DisposeAsync();

        await using ISandbox second = await Application().AttachAsync(first.Id);
        ISandboxProcess process = second.Processes.Single(process => process.Number == started.Number);
        await process.SendSignalAsync(UnixSignal.SIGUSR1);
        await Task.Run(() => File.ReadAllText(Shared.At("up"))).WaitAsync(Guest.Patience);
        SandboxResult result = await process.KillAsync().WaitAsync(Guest.Patience);

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.Canceled));
    }

    [Test]
    public async Task A_caller_that_waits_learns_that_the_sandbox_was_released()
    {
        ISandbox sandbox = await Application().CreateAsync(Specification);
        Task<SandboxResult> running = sandbox.RunAsync(Guest.Shell("exec sleep 100000"));
        await using ISandboxProcess process = await sandbox.StartAsync(Guest.Shell("exec sleep 100000"));
        Task<SandboxResult> waiting = process.WaitForExitAsync();
        await sandbox.DisposeAsync();

        foreach (Task<SandboxResult> task in (Task<SandboxResult>[])[running, waiting])
        {
            SandboxException released = (await Assert.ThrowsAsync<SandboxException>(() => task))!;
            Assert.That(released.Message, Does.Contain("was released"));
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => sandbox.RunAsync(Guest.Shell("exit 0")));
        await using ISandbox second = await Application().AttachAsync(sandbox.Id);
        Assert.That(second.Processes, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Limits_usage_and_freezing_work_for_the_next_application()
    {
        Groups.Require();
        ISandbox first = await Application().CreateAsync(
            Specification with { Limits = new SandboxLimits { Processes = 20, Memory = 64 << 20 } });
        await first.RunAsync(Guest.Shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"));
        TimeSpan used = first.ReadUsage().CpuTime;
        await first.ChangeLimitsAsync(first.Limits! with { Processes = 3 });
        await first.StartAsync(Guest.Shell("exec sleep 100000"));
        await first.FreezeAsync();
        await first.DisposeAsync();

        ISandbox second = await Application().AttachAsync(first.Id);
        Assert.That(second.Limits!.Processes, Is.EqualTo(3));
        Assert.That(second.ReadUsage().CpuTime, Is.GreaterThanOrEqualTo(used));
        Task<string> afterThaw = second.OutputAsync("(true) 2>/dev/null; echo done");
        Assert.That(afterThaw.IsCompleted, Is.False);
        await second.ThawAsync();
        Assert.That(await afterThaw.WaitAsync(Guest.Patience), Is.EqualTo("done"));
        await second.ChangeLimitsAsync(second.Limits with { Processes = 30, Cpu = 1 });
        SandboxResult killed = await second.Processes.Single().KillAsync().WaitAsync(Guest.Patience);
        Assert.That(killed.Usage!.PeakMemory, Is.GreaterThan(0));
        await second.DisposeAsync();

        ISandbox third = await Application().AttachAsync(first.Id);
        Assert.That((third.Limits!.Processes, third.Limits.Cpu), Is.EqualTo((30, 1)));
        await third.StopAsync();
    }

    [Test]
    public async Task Cgroups_of_a_sandbox_whose_state_was_removed_by_hand_are_removed()
    {
        Groups.Require();
        ISandbox sandbox = await Application().CreateAsync(
            Specification with { Limits = new SandboxLimits { Processes = 20 } });
        await sandbox.StartAsync(Guest.Shell("exec sleep 100000"));
        int main = MainOf(sandbox);
        string[] groups = Directories(HostProcess.Children(sandbox.ProcessId).Single());
        await sandbox.DisposeAsync();
        Assert.That(groups, Is.Not.Empty);
        Directory.Delete($"{States}/{sandbox.Id}", recursive: true);

        Assert.That(await Application().ListAsync(), Is.Empty);

        Assert.That(Processes.HasEnded(main));
        Assert.That(groups.Where(Directory.Exists), Is.Empty);
        Kernel.kill(sandbox.ProcessId, (int)UnixSignal.SIGKILL);
    }

    [Test]
    public async Task A_stop_that_is_canceled_at_once_changes_nothing()
    {
        ISandbox sandbox = await Application().CreateAsync(Specification);

        await Assert.ThrowsAsync<OperationCanceledException>(() => sandbox.StopAsync(new CancellationToken(true)));

        Assert.That(await sandbox.OutputAsync("echo still here"), Is.EqualTo("still here"));
        await sandbox.DisposeAsync();
        await (await Application().AttachAsync(sandbox.Id)).StopAsync();
    }

    [Test]
    public async Task A_full_state_directory_refuses_commands_and_nothing_else()
    {
        Requires.Root();
        Directory.CreateDirectory(
            States, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Support.HostProgram.Run("mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "none", States);
        try
        {
            ISandbox sandbox = await Application().CreateAsync(Specification);
            string filler = $"{States}/filler";
            Support.HostProgram.TryRun("dd", "if=/dev/zero", $"of={filler}", "bs=4k");

            SandboxException full = (await Assert.ThrowsAsync<SandboxException>(
                () => sandbox.RunAsync(Guest.Shell("echo x"))))!;
            Assert.That(full.Message, Does.Contain("No space left"));
            Assert.That(sandbox.Processes, Is.Empty);
            File.Delete(filler);
            Assert.That(await sandbox.OutputAsync("echo again"), Is.EqualTo("again"));
            await sandbox.StopAsync();
        }
        finally
        {
            Support.HostProgram.Run("umount", "-l", States);
        }
    }

    [Test]
    public async Task Landlock_and_the_filter_of_the_specification_apply_to_later_commands()
    {
        Requires.That("landlock", LandlockSupport.Current.Abi > 0, "Landlock is needed");
        SandboxSpecification specification = Specification with
        {
            Landlock = new LandlockPolicy
            {
                FileRules = [new LandlockFileRule("/", LandlockFileAccess.Read | LandlockFileAccess.Execute)],
            },
        };
        const string Script = "echo x 2>/dev/null > /tmp/file || echo refused; grep Seccomp: /proc/self/status";
        ISandbox first = await Application().CreateAsync(specification);
        string before = await first.OutputAsync(Script);
        await first.DisposeAsync();

        ISandbox second = await Application().AttachAsync(first.Id);
        string after = await second.OutputAsync(Script);
        await second.StopAsync();

        Assert.That(before, Does.StartWith("refused").And.EndsWith("2"));
        Assert.That(after, Is.EqualTo(before));
    }

    [Test]
    public async Task Init_keeps_no_descriptor_of_its_first_application()
    {
        // Init is not dumpable, so that its descriptors are visible to root only.
        Requires.Root();
        using FileStream secret = new(Shared.Write("secret", "text"), FileMode.Open);
        ISandbox first = await Application().CreateAsync(Specification);
        await first.RunAsync(Guest.Shell("exit 0"));
        await first.DisposeAsync();
        ISandbox second = await Application().AttachAsync(first.Id);
        string[] kept = [.. Directory.GetFiles(
            string.Create(CultureInfo.InvariantCulture, $"/proc/{second.ProcessId}/fd"))
            .Select(file => new FileInfo(file).LinkTarget!).Order()];
        await second.StopAsync();

        // The control socket, its listener, the signals, and the table of ended commands.
        Assert.That(kept, Has.Length.EqualTo(4));
        Assert.That(kept[..2], Is.EqualTo((string[])[$"{States}/{first.Id}/exits", "anon_inode:[signalfd]"]));
        Assert.That(kept[2..], Has.All.StartsWith("socket:"));
    }

    /// <summary>The directories of the cgroups of a detached sandbox that a process is in.</summary>
    private static string[] Directories(int process) => [.. File.ReadLines("/proc/self/mountinfo")
        .Where(line => line.Contains(" - cgroup", StringComparison.Ordinal)).Select(line => line.Split(' ')[4])
        .SelectMany(mount => File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cgroup"))
            .Select(line => mount + line.Split(':', 3)[2]))
        .Where(path => path.Contains("isolation-detached-", StringComparison.Ordinal) && Directory.Exists(path))];

    [Test]
    public async Task Files_can_be_copied_in_and_out()
    {
        ISandbox first = await Application().CreateAsync(Specification);
        await first.DisposeAsync();
        await using ISandbox second = await Application().AttachAsync(first.Id);

        await second.Files.WriteAsync("/tmp/file", "content"u8.ToArray());

        Assert.That(await second.OutputAsync("cat /tmp/file"), Is.EqualTo("content"));
    }
}
