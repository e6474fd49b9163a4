using System.Collections.Immutable;
using System.Globalization;
using Isolation.IntegrationTests.Robustness;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Events;
using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Planning;
using Isolation.Linux.Plans;
using Isolation.Linux.Programs;
using Isolation.Linux.Sandboxes;
using Isolation.Linux.Steps;

namespace Isolation.IntegrationTests.SystemCalls;

/// <summary>Processes that init waits for while it starts a command, and others that signal or kill them.</summary>
public sealed class GoBetweenTests
{
    private const int ExitCode = 99;
    private const int FurtherMappings = 150;

    private const string SignalAll =
        """
        import ctypes, os, signal, sys
        PTRACE_SEIZE = 0x4206
        sys.stdin.readline()
        found = {'signaled': [], 'refused': [], 'traced': []}
        for pid in range(1, 100):
            if pid == os.getpid(): continue
            try:
                os.kill(pid, signal.SIGCONT)
                found['signaled'].append(pid)
            except PermissionError: found['refused'].append(pid)
            except ProcessLookupError: continue
            if ctypes.CDLL(None).ptrace(PTRACE_SEIZE, pid, 0, 0) == 0: found['traced'].append(pid)
        for kind, pids in found.items(): print(kind, len(pids))
        """;

    private static readonly SystemCallFilter AsksAboutExecution = new()
    {
        Rules = [new(["execve"], SystemCallAction.Notify)],
    };

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    /// <summary>
    /// As a leftover that stops whatever it can would: which processes of the sandbox it may signal, and which it may
    /// trace.
    /// </summary>
    [Test]
    public async Task A_leftover_reaches_only_the_process_that_becomes_the_payload()
    {
        Requires.Root();
        Guest.RequirePython();
        await using ISandbox sandbox = await (Guest.Specification() with { Landlock = null }).CreateAsync();
        await using ISandboxProcess leftover = await sandbox.StartAsync(Guest.Python(SignalAll) with
        {
            StandardInput = InputSource.Pipe,
            StandardOutput = OutputTarget.Pipe,
        });
        using StreamReader reader = new(leftover.StandardOutput!);
        using HeldExecution held = new();
        Task<SandboxResult> starting = sandbox.RunAsync(held.Command);
        await held.Asked.WaitAsync(Guest.Patience);

        await leftover.StandardInput!.WriteAsync("go\n"u8.ToArray());
        string tried = await reader.ReadToEndAsync().WaitAsync(Guest.Patience);
        held.Allow();

        // Init, the reaper and the go-between refuse; the process that waits for its execve has the user of the
        // command.
        Assert.That(tried, Is.EqualTo("signaled 1\nrefused 3\ntraced 0\n"));
        Assert.That(Guest.Output(await starting), Is.EqualTo("done"));
    }

    [Test]
    public async Task Init_waits_for_the_payload_where_the_go_between_is_killed()
    {
        Requires.Root();
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();
        using HeldExecution held = new();
        Task<SandboxResult> first = sandbox.RunAsync(held.Command);
        await held.Asked.WaitAsync(Guest.Patience);
        int goBetween = Processes.Children(sandbox.ProcessId)[0];

        // Until it waits again, it may not have recorded that it has passed the descriptor.
        using CancellationTokenSource patience = new(Guest.Patience);
        string waiting = string.Create(CultureInfo.InvariantCulture, $"{SystemCallTable.Current.Futex} ");
        while (!Processes.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{goBetween}/syscall"))
            .StartsWith(waiting, StringComparison.Ordinal))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await KillAsync(goBetween);
        Task<SandboxResult> second = sandbox.RunAsync(Guest.Shell("echo second"));
        held.Allow();

        Assert.That(
            Guest.Output(await first), Is.EqualTo("done"),
            "no other program was run in the memory that it shares with init");
        Assert.That(Guest.Output(await second), Is.EqualTo("second"));
    }

    /// <summary>Either of the two is killed at a step of the other that never ends, then the other.</summary>
    [Test]
    public async Task A_start_both_of_whose_processes_are_killed_fails_and_the_sandbox_lives_on(
        [Values] bool goBetweenFirst)
    {
        Requires.Root();
        await using StepwiseSandbox stepwise = await StepwiseSandbox.CreateAsync();
        int count = await stepwise.CountStepsAsync(isSupervised: true);
        HostState before = HostState.Capture();

        for (int step = 1; step <= count; step++)
        {
            if (!stepwise.IsOfChild(step) || stepwise.Steps[step - 1].Action == "clone a process for")
            {
                continue;
            }

            stepwise.Change = (program, address) => FailingProgram.Replace(program, address, step, Endless);

            Task<SandboxResult> starting = stepwise.Sandbox.RunAsync(StepwiseSandbox.Supervised);
            int[] children = await stepwise.WaitForChildrenAsync(2, starting);
            if (children.Length == 2)
            {
                await KillAsync(children[goBetweenFirst ? 0 : 1]);
                await KillAsync(children[goBetweenFirst ? 1 : 0]);
            }

            await AssertFailedAsync(starting, stepwise.Steps[step - 1]);
            stepwise.Change = null;
            Assert.That(Guest.Output(await stepwise.Sandbox.RunAsync(StepwiseSandbox.Supervised)), Is.EqualTo("done"));
        }

        HostState.Capture().HasNothingMoreThan(before, FurtherMappings);
    }

    [Test]
    public async Task A_process_that_ends_on_its_way_to_the_payload_fails_the_start_and_the_sandbox_lives_on(
        [Values] bool isSupervised)
    {
        await using StepwiseSandbox stepwise = await StepwiseSandbox.CreateAsync();
        SandboxCommand command = isSupervised ? StepwiseSandbox.Supervised : StepwiseSandbox.Plain;
        int count = await stepwise.CountStepsAsync(isSupervised);
        HostState before = HostState.Capture();
        for (int step = 1; step <= count; step++)
        {
            if (!stepwise.IsOfChild(step))
            {
                continue;
            }

            stepwise.Change = (program, address) => FailingProgram.Replace(program, address, step, End);

            await AssertFailedAsync(stepwise.Sandbox.RunAsync(command), stepwise.Steps[step - 1]);
            stepwise.Change = null;
            Assert.That(Guest.Output(await stepwise.Sandbox.RunAsync(command)), Is.EqualTo("done"));
        }

        HostState.Capture().HasNothingMoreThan(before, FurtherMappings);
    }

    private static void End(ref Node node)
    {
        node.Number = SystemCallTable.Current.ExitGroup;
        node.Argument0 = ExitCode;
    }

    private static void Endless(ref Node node)
    {
        (node.Number, node.Argument0, node.Argument1, node.Argument2) = (SystemCallTable.Current.Ppoll, 0, 0, 0);
    }

    /// <summary>
    /// An end in the last step, which executes the payload, is indistinguishable from a payload that ends at once. A
    /// filter with supervision is loaded in another way first.
    /// </summary>
    private static async Task AssertFailedAsync(Task<SandboxResult> starting, ProgramStep step)
    {
        try
        {
            SandboxResult result = await starting.WaitAsync(Guest.Patience);
            Assert.That(
                step.Action, Is.EqualTo("execute").Or.StartsWith("load the system-call filter"), result.ToString());
            Assert.That(
                result.IsSuccess ? step.Action != "execute" : result.ExitCode == ExitCode
                    || result.Signal == UnixSignal.SIGKILL, Is.True, $"{step}: {result}");
        }
        catch (SandboxException exception)
        {
            Assert.That(
                exception.Stage, Is.EqualTo("prepare the process of the command").Or.EqualTo(
                    "pass the filter of the command to the application"), step.ToString());
            Assert.That((exception.ErrorNumber, exception.ErrorName), Is.EqualTo((0, "ESRCH")));
        }
    }

    private static Task<bool> KillAsync(int process)
    {
        int pidfd = Processes.Open(process);
        Kernel.pidfd_send_signal(pidfd, (int)UnixSignal.SIGKILL);
        return Task.Run(() => Processes.HasEnded(pidfd));
    }

    /// <summary>A command whose execve waits for a decision that the application delays.</summary>
    private sealed class HeldExecution : IDisposable
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<SystemCallDecision> _answer = new(
            TaskCreationOptions.RunContinuationsAsynchronously);

        internal HeldExecution() => Command = Guest.Shell("echo done") with
        {
            SystemCalls = AsksAboutExecution,
            SystemCallSupervision = new() { Handler = (_, _) => Ask(), Deadline = Guest.Patience },
        };

        internal SandboxCommand Command { get; }

        internal Task Asked => _asked.Task;

        public void Dispose() => Allow();

        internal void Allow() => _answer.TrySetResult(SystemCallDecision.Allow);

        private ValueTask<SystemCallDecision> Ask()
        {
            _asked.TrySetResult();
            return new(_answer.Task);
        }
    }

    /// <summary>A sandbox in which a step of a command's program can be replaced.</summary>
    private sealed class StepwiseSandbox : IAsyncDisposable
    {
        internal delegate bool Changing(Span<byte> program, long baseAddress);

        internal static SandboxCommand Plain { get; } = Guest.Shell("echo done");

        internal static SandboxCommand Supervised { get; } = Plain with
        {
            SystemCalls = new() { Rules = [new(["uname"], SystemCallAction.Notify)] },
            SystemCallSupervision = new() { Handler = static (_, _) => new(SystemCallDecision.Allow) },
        };

        internal LinuxSandbox Sandbox { get; private set; } = null!;

        internal ImmutableArray<ProgramStep> Steps { get; private set; }

        /// <summary>Null: the program stays what it is.</summary>
        internal Changing? Change { get; set; }

        internal static async Task<StepwiseSandbox> CreateAsync()
        {
            StepwiseSandbox stepwise = new();
            SandboxSpecification specification = Guest.Specification();
            SandboxPlan plan = SandboxPlanner.Plan(specification, PlanningHost.Current) with
            {
                ChangeProgram = builder =>
                {
                    stepwise.Steps = [.. builder.Steps];
                    stepwise.Change?.Invoke(builder.At(builder.BaseAddress, builder.Length & ~7), builder.BaseAddress);
                },
            };
            stepwise.Sandbox = await LinuxSandbox.CreateAsync(
                specification, plan, new DeadlineQueue(TimeProvider.System), null, default);
            return stepwise;
        }

        public ValueTask DisposeAsync() => Sandbox.DisposeAsync();

        internal async Task<int> CountStepsAsync(bool isSupervised)
        {
            Guest.Output(await Sandbox.RunAsync(isSupervised ? Supervised : Plain));
            return Steps.Length;
        }

        /// <summary>Checks whether a step belongs to init's child, the go-between or the command's process.</summary>
        internal bool IsOfChild(int step) =>
            step > 1 && Steps[step - 1].Action is not ("prepare the process of" or "pass the filter of the command to");

        /// <summary>
        /// The processes that init has, once there are so many of them, or none if the command has ended.
        /// </summary>
        internal async Task<int[]> WaitForChildrenAsync(int count, Task ended)
        {
            int[] children;
            while ((children = Processes.Children(Sandbox.ProcessId)).Length < count && !ended.IsCompleted)
            {
                await Task.Yield();
            }

            return ended.IsCompleted ? [] : children;
        }
    }
}
