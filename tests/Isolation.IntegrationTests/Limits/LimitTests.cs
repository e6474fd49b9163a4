using System.Diagnostics;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Limits hold, and the outcome names the limit that ended a command.</summary>
[Category("CgroupV2")]
public sealed class LimitTests
{
    private const long Mebi = 1 << 20;

    [SetUp]
    public void NeedGroups() => Groups.Require();

    [Test]
    public async Task A_command_that_takes_too_much_memory_is_killed()
    {
        Guest.Output(await Guest.Specification().RunAsync(Groups.Allocate(100)));

        SandboxResult result = await Groups.Limited(new() { Memory = 32 * Mebi }).RunAsync(Groups.Allocate(100));

        Assert.That((result.Outcome, result.IsSuccess), Is.EqualTo((SandboxOutcome.MemoryExceeded, false)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Usage!.Source, Is.EqualTo(UsageSource.Groups));
            Assert.That(result.Usage.OutOfMemoryKills, Is.GreaterThan(0));
            Assert.That(result.Usage.PeakMemory, Is.InRange(16 * Mebi, 33 * Mebi));
        }
    }

    [Test]
    public async Task The_same_in_a_sandbox_that_goes_on()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Memory = 32 * Mebi }).CreateAsync();
        SandboxResult killed = await sandbox.RunAsync(Guest.Shell(Groups.Allocate(100)));
        SandboxResult modest = await sandbox.RunAsync(Guest.Shell(Groups.Allocate(4)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(killed.Outcome, Is.EqualTo(SandboxOutcome.MemoryExceeded));
            Assert.That(modest.Outcome, Is.EqualTo(SandboxOutcome.Completed), modest.ToString());
            Assert.That(
                modest.Usage!.PeakMemory, Is.LessThan(30 * Mebi),
                "the figures of one command hold nothing of another's");
        }
    }

    // Less than the program needs to start: a verdict or an error that names the limit, and not a hang.
    [TestCase(64 << 10, 0)]
    [TestCase(64 << 10, 20_000)]
    [TestCase(64 << 10, 60_000)]
    [TestCase(96 << 10, 60_000)]
    [TestCase(128 << 10, 100_000)]
    public async Task Too_little_memory_to_start_is_blamed_on_the_limit(long bytes, int lengthOfArgument)
    {
        // Such a kernel ends as a whole when a process cannot be given a page while it executes a program.
        bool isUserMode = File.ReadAllText("/proc/cpuinfo").Contains("User Mode Linux", StringComparison.Ordinal);
        Requires.That("machine", !isUserMode, "the kernel of user-mode Linux aborts");
        SandboxSpecification specification = Groups.Limited(new() { Memory = bytes });
        SandboxCommand command = Guest.Shell("true", new string('a', lengthOfArgument));
        await using (ISandbox sandbox = await specification.CreateAsync())
        {
            await AssertBlamedAsync(() => sandbox.RunAsync(command));
        }

        await AssertBlamedAsync(() => Guest.Provider.RunAsync(specification, command));
        Assert.That(Groups.OfThisProcess(), Is.Empty);

        static async Task AssertBlamedAsync(Func<Task<SandboxResult>> run)
        {
            try
            {
                SandboxResult result = await run();
                Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.MemoryExceeded), result.ToString());
            }
            catch (SandboxException exception)
            {
                Assert.That(exception.Remedy, Does.Contain("SandboxLimits.Memory"), exception.Message);
            }
        }
    }

    [Test]
    public async Task Arguments_that_are_too_long_are_not_blamed_on_a_memory_limit()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Memory = 32 * Mebi }).CreateAsync();
        SandboxResult killed = await sandbox.RunAsync(Guest.Shell(Groups.Allocate(100)));
        Assert.That(killed.Outcome, Is.EqualTo(SandboxOutcome.MemoryExceeded), "the limit was reached before");

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => sandbox.RunAsync(Guest.Shell("true", new string('a', 1 << 20)))))!;

        Assert.That(refusal.ErrorName, Is.EqualTo("E2BIG"));
        Assert.That(refusal.Remedy, Does.Contain("too long together"));
    }

    [Test]
    public async Task Cpu_time_is_held_to_the_limit()
    {
        // Two loops, each of which would take a whole core.
        const string Burn = "i=0; while [ $i -lt 100000000 ]; do i=$((i+1)); done";
        SandboxCommand command = Guest.Shell($"({Burn}) & {Burn}") with { WallTime = TimeSpan.FromSeconds(2) };
        SandboxResult result = await Guest.Provider.RunAsync(Groups.Limited(new() { Cpu = 0.25 }), command);

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
        using (Assert.EnterMultipleScope())
        {
            // From above only: on a busy machine it gets less. Each period may be overdrawn by a slice per CPU.
            Assert.That(result.Usage!.CpuTime / result.WallTime, Is.LessThan(0.25 * 1.25));
            Assert.That(result.Usage.CpuTime, Is.GreaterThan(TimeSpan.FromMilliseconds(100)));
            Assert.That(result.Usage.ThrottledPeriods, Is.GreaterThan(5));
            Assert.That(result.Usage.ThrottledTime, Is.GreaterThan(TimeSpan.FromMilliseconds(200)));
        }
    }

    [Test]
    public async Task Processes_are_held_to_the_limit()
    {
        const string Many = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 >/dev/null 2>&1 & done";
        Guest.Output(await Guest.Specification().RunAsync(Many));

        SandboxResult result = await Groups.Limited(new() { Processes = 8 }).RunAsync(Many);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.ProcessesExceeded), result.ToString());
            Assert.That(result.Usage!.RefusedProcesses, Is.GreaterThan(0));
            Assert.That(result.Usage.PeakProcesses, Is.EqualTo(8).Or.Null);
        }
    }

    [Test]
    public async Task All_commands_of_a_sandbox_share_its_limits()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Processes = 5 }).CreateAsync();
        await using ISandboxProcess first = await sandbox.StartAsync(
            Guest.Shell("sleep 1000 & sleep 1000 & echo up; wait") with { StandardOutput = OutputTarget.Pipe });
        await first.StandardOutput!.ReadExactlyAsync(new byte[3]);
        SandboxUsage usage = sandbox.ReadUsage();
        SandboxResult second = await sandbox.RunAsync(Guest.Shell("sleep 100 & sleep 100 & sleep 100 & wait"));

        Assert.That((usage.CurrentProcesses, second.Outcome), Is.EqualTo((3L, SandboxOutcome.ProcessesExceeded)));
    }

    [Test]
    public async Task Many_commands_at_once_have_figures_of_their_own()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Memory = 400 * Mebi, Processes = 64 })
            .CreateAsync();
        int[] sizes = [2, 12, 22, 32];
        SandboxResult[] results = await Task.WhenAll(
            sizes.Select(size => sandbox.RunAsync(Guest.Shell(Groups.Allocate(size)))));

        using (Assert.EnterMultipleScope())
        {
            for (int i = 0; i < sizes.Length; i++)
            {
                Guest.Output(results[i]);
                Assert.That(results[i].Usage!.PeakMemory, Is.InRange(sizes[i] * Mebi, (sizes[i] + 6) * Mebi));
            }
        }
    }

    [TestCase(10)]
    [TestCase(60)]
    public async Task Peak_memory_is_what_the_command_took(int mebibytes)
    {
        SandboxResult result = await Groups.Limited(new()).RunAsync(Groups.Allocate(mebibytes));

        Guest.Output(result);
        Assert.That(result.Usage!.PeakMemory, Is.InRange(mebibytes * Mebi, (mebibytes + 6) * Mebi));
    }

    [Test]
    public async Task Cpu_time_counts_what_nobody_waited_for()
    {
        SandboxResult result = await Groups.Limited(new()).RunAsync(
            "mkfifo /tmp/end; (i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done >/tmp/end) & read line "
                + "</tmp/end; exec true");

        Guest.Output(result);
        Assert.That(result.Usage!.CpuTime, Is.GreaterThan(TimeSpan.FromMilliseconds(50)));
    }

    [Test]
    public async Task One_command_beside_others_is_killed_with_all_that_it_started()
    {
        await using ISandbox sandbox = await Groups.Limited(new()).CreateAsync();
        await using ISandboxProcess other = await sandbox.StartAsync(Guest.Shell("exec sleep 1000"));
        SandboxResult killed = await sandbox.RunAsync(
            Guest.Shell(
                "setsid sh -c 'setsid sleep 1001 & setsid sleep 1001' & sleep 1000") with
            {
                WallTime = TimeSpan.FromMilliseconds(500),
            });

        // The kernel counts a process until it has let go of it, and nothing tells when.
        long before = Stopwatch.GetTimestamp();
        while (sandbox.ReadUsage().CurrentProcesses != 1 && Stopwatch.GetElapsedTime(before) < Guest.Patience)
        {
            await Task.Yield();
        }

        Assert.That(
            (killed.Outcome, sandbox.ReadUsage().CurrentProcesses), Is.EqualTo((SandboxOutcome.WallTimeExceeded, 1L)));
    }

    [Test]
    public async Task A_fork_bomb_is_killed_and_the_other_commands_go_on()
    {
        await using (ISandbox sandbox = await Groups.Limited(new() { Processes = 200 }).CreateAsync())
        {
            await using ISandboxProcess other = await sandbox.StartAsync(
                Guest.Shell("exec cat") with { StandardInput = InputSource.Pipe, StandardOutput = OutputTarget.Pipe });
            await using ISandboxProcess third = await sandbox.StartAsync(Guest.Shell("exec sleep 1000"));

            // A shell reports a refused process. The process that waits for the report starts before the bomb, which
            // would leave no room for it.
            await using ISandboxProcess bomb = await sandbox.StartAsync(Guest.Shell(
                """
                mkfifo /tmp/errors
                (read line; echo up; exec cat >/dev/null) </tmp/errors &
                exec 2>/tmp/errors
                bomb() { while :; do bomb & done; }
                bomb & exec sleep 100000
                """) with
            { StandardOutput = OutputTarget.Pipe });
            await bomb.StandardOutput!.ReadExactlyAsync(new byte[3]);
            SandboxResult killed = await bomb.KillAsync();

            await other.StandardInput!.WriteAsync("still here"u8.ToArray());
            byte[] answer = new byte[10];
            await other.StandardOutput!.ReadExactlyAsync(answer);
            using (Assert.EnterMultipleScope())
            {
                Assert.That((killed.Outcome, killed.Signal), Is.EqualTo((SandboxOutcome.Canceled, UnixSignal.SIGKILL)));
                Assert.That(killed.Usage!.RefusedProcesses, Is.GreaterThan(0));
                Assert.That(answer, Is.EqualTo("still here"u8.ToArray()));
                Assert.That(
                    () => sandbox.ReadUsage().CurrentProcesses,
                    Is.EqualTo(2).After((int)Guest.Patience.TotalMilliseconds, 5));
            }
        }

        Assert.That(Groups.OfThisProcess(), Is.Empty);
    }

    [Test]
    public async Task Without_limits_the_figures_come_from_the_processes()
    {
        SandboxResult result = await Guest.Specification().RunAsync("true");

        Assert.That(
            (result.Usage!.Source, result.Usage.OutOfMemoryKills, result.Usage.UserCpuTime),
            Is.EqualTo((UsageSource.Processes, (long?)null, result.UserCpuTime)));
    }
}
