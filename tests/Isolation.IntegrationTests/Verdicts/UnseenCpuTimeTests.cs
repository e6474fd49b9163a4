using Isolation.IntegrationTests.Landlock;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Commands;
using Isolation.Linux.Events;
using Isolation.Linux.Parts;
using Isolation.Linux.Planning;
using Isolation.Linux.Sandboxes;

namespace Isolation.IntegrationTests.Verdicts;

/// <summary>CPU time of processes that nobody waits for, where no control group counts it.</summary>
public sealed class UnseenCpuTimeTests
{
    private const int Many = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Each = TimeSpan.FromMilliseconds(5);

    private static SandboxSpecification Judge => SandboxPresets.Judge().Build() with { Limits = null };

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_command_is_killed_for_what_its_unseen_processes_take(
        [Values] UnseenForm form, [Values] bool besideOthers)
    {
        RequireCounter();
        using Load load = Load.Burn(Each, Many, form);

        SandboxResult result = await RunAsync(load.In(Judge), Load.Command with { CpuTime = Limit }, besideOthers);

        AssertExceeded(result);
    }

    [Test]
    public async Task Unseen_processes_below_the_limit_are_left_alone_and_told_of(
        [Values] UnseenForm form, [Values] bool besideOthers)
    {
        RequireCounter();
        using Load load = Load.Burn(Each, 30, form);

        SandboxResult result = await RunAsync(load.In(Judge), Load.Command with { CpuTime = 2 * Limit }, besideOthers);

        Assert.That(result.IsSuccess, Is.True, result.ToString());
        Assert.That(result.Usage!.CpuTime, Is.InRange(30 * Each, 2 * Limit), "the figure is that of all processes");
        Assert.That(result.UserCpuTime + result.SystemCpuTime, Is.EqualTo(result.Usage.CpuTime));
    }

    [Test]
    public async Task Nine_tenths_of_the_limit_are_not_taken_for_more([Values] LoadForm form)
    {
        using Load load = Load.Burn(Limit * 0.9, form);

        for (int round = 0; round < 3; round++)
        {
            SandboxResult result = await Guest.Provider.RunAsync(load.In(Judge), Load.Command with { CpuTime = Limit });

            Assert.That(result.IsSuccess, Is.True, result.ToString());
        }
    }

    /// <summary>The counter belongs to the process that is the command, which could switch it off.</summary>
    [Test]
    public async Task The_tier_without_privileges_counts_as_well([Values] bool switchesOff)
    {
        Restricted.Require(1);
        RequireCounter();
        string prctl = switchesOff ? "ctypes.CDLL(None).prctl(31, 0, 0, 0, 0)" : "";
        SandboxCommand command = Guest.Python(
            $"""
            import ctypes, os, signal, time
            {prctl}
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            for _ in range(100):
                if os.fork() == 0:
                    while time.process_time() < 0.02: pass
                    os._exit(0)
                try: os.wait()
                except ChildProcessError: pass
            """);

        AssertExceeded(
            await Guest.Provider.RunAsync(SandboxPresets.Unprivileged().Build(), command with { CpuTime = Limit }));
    }

    [Test]
    public async Task A_supervised_command_is_counted_as_well()
    {
        RequireCounter();
        using Load load = Load.Burn(Each, Many, UnseenForm.Ignored);
        SandboxCommand command = Load.Command with
        {
            CpuTime = Limit,
            SystemCalls = new() { Rules = [new(["uname"], SystemCallAction.Notify)] },
            SystemCallSupervision = new() { Handler = static (_, _) => new(SystemCallDecision.Allow) },
        };

        AssertExceeded(await Guest.Provider.RunAsync(load.In(Judge), command));
    }

    [TestCase(200, "2\n3\n")]
    [TestCase(500, "2\n3\n")]
    [TestCase(501, "3\n4\n")]
    [TestCase(60_000, "121\n122\n")]
    public async Task The_kernel_holds_each_process_to_a_limit_behind_that_of_the_command(
        int milliseconds, string bounds)
    {
        SandboxCommand command = Guest.Shell("ulimit -St; ulimit -Ht")
            with
        { CpuTime = TimeSpan.FromMilliseconds(milliseconds) };

        Assert.That(await Guest.Specification().OutputAsync(command), Is.EqualTo(bounds.TrimEnd('\n')));
        Assert.That(
            await Guest.Specification().OutputAsync(
                command with { ResourceLimits = [new(LimitedResource.CpuTime, 7, 9)] }), Is.EqualTo("7\n9"),
            "its own stands");
    }

    [Test]
    public async Task A_host_that_never_comes_to_look_has_the_kernel_end_the_command()
    {
        SandboxSpecification specification = Guest.Specification();
        SandboxCommand command = Guest.Shell("while :; do :; done") with
        {
            CpuTime = TimeSpan.FromMilliseconds(1),
            WallTime = null,
        };

        SandboxResult result = await LinuxSandbox.RunOnceAsync(
            specification, command, SandboxPlanner.Plan(specification, PlanningHost.Current),
            new DeadlineQueue(new StoppedClock()), default);

        Assert.That((result.Outcome, result.Signal), Is.EqualTo((SandboxOutcome.CpuTimeExceeded, UnixSignal.SIGXCPU)));
    }

    private static void AssertExceeded(SandboxResult result)
    {
        Assert.That(
            (result.Outcome, result.Signal), Is.EqualTo((SandboxOutcome.CpuTimeExceeded, UnixSignal.SIGKILL)),
            result.ToString());
        Assert.That(
            result.Usage!.CpuTime, Is.InRange(Limit, Each * Many / 2), "the figure is what the command was killed for");
        Assert.That(result.UserCpuTime + result.SystemCpuTime, Is.EqualTo(result.Usage.CpuTime));
    }

    private static void RequireCounter()
    {
        using CpuCounter? counter = CpuCounter.Create();
        Requires.That(
            "cpu-counter", counter is not null,
            "perf_event_open(2) is refused: kernel.perf_event_paranoid is above 2, or a filter forbids it");
    }

    private static async Task<SandboxResult> RunAsync(
        SandboxSpecification specification, SandboxCommand command, bool besideOthers)
    {
        if (!besideOthers)
        {
            return await Guest.Provider.RunAsync(specification, command);
        }

        await using ISandbox sandbox = await specification.CreateAsync();
        await using ISandboxProcess innocent = await sandbox.StartAsync(
            Guest.Shell("read x; exit 7") with { StandardInput = InputSource.Pipe, CpuTime = Limit });
        SandboxResult result = await sandbox.RunAsync(command);
        await innocent.StandardInput!.DisposeAsync();
        Assert.That((await innocent.WaitForExitAsync()).ExitCode, Is.EqualTo(7), "its neighbour's time is not its own");
        return result;
    }

    /// <summary>A clock whose timers never fire.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new StoppedTimer();

        private sealed class StoppedTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
                // There is nothing to stop.
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
