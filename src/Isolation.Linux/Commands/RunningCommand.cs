using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Init;
using Isolation.Linux.Seccomp.Supervision;
using Isolation.Linux.Steps;
using Isolation.Linux.Streams;

namespace Isolation.Linux.Commands;

/// <summary>
/// A command from the moment its program is sent until nothing is left of it. Its own process ends first, which decides
/// on the verdict; then what it left behind is ended, unless it may stay, and the result is there.
/// </summary>
internal sealed partial class RunningCommand : ISandboxProcess
{
    private readonly ICommandHost _sandbox;
    private readonly TaskCompletionSource<SandboxResult> _exited = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource? _started;
    private readonly TaskCompletionSource _mainExited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<ProgramStep> _steps = [];
    private readonly CommandDeadlines _deadlines;
    private SandboxResult? _ofMain;
    private TimeSpan _cpuTimeAtStart;
    private long _startedAt;
    private int _killReason = -1;
    private int _isOver;
    private int _isEnding;

    internal RunningCommand(
        ICommandHost sandbox, SandboxCommand command, CommandStreams streams, int entry, bool tellsStart)
    {
        _sandbox = sandbox;
        Command = command;
        Streams = streams;
        Entry = entry;
        _deadlines = new CommandDeadlines(this, sandbox.Deadlines, LookAtCpuTime, () => sandbox.FindStuckStart(this));
        _started = tellsStart ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
    }

    internal SandboxCommand Command { get; }

    internal CommandStreams Streams { get; }

    internal int Entry { get; }

    /// <summary>The name of the reaper that its processes hang from; null where they hang from init.</summary>
    internal string? ReaperName { get; set; }

    /// <summary>
    /// Gets or sets a value indicating that its reaper was killed early; its processes hang from init since then.
    /// </summary>
    internal bool HasLostReaper { get; set; }

    /// <summary>
    /// Gets or sets a value indicating that the host killed its reaper, which was stopped and had no children.
    /// </summary>
    internal bool IsReaperGivenUp { get; set; }

    /// <summary>Gets or sets a value indicating that new commands need a reaper until this one has ended.</summary>
    internal bool CountsAsEnder { get; set; }

    /// <summary>Its control groups; null where it has none.</summary>
    internal CommandCgroup? Group { get; init; }

    /// <summary>Who answers for the host where the filter asks it; null where it does not.</summary>
    internal SystemCallSupervisor? Supervisor { get; init; }

    /// <summary>What was measured of its CPU time.</summary>
    internal required CommandCpuTime CpuTime { get; init; }

    /// <summary>Whether its filter kills at some call.</summary>
    internal bool FilterKills { get; init; }

    /// <summary>Whether the sandbox ends with it, so that nothing else has to be ended.</summary>
    internal bool IsKilledAsAWhole { get; init; }

    /// <summary>Whether all that init started belongs to it.</summary>
    internal bool OwnsSandbox { get; init; }

    /// <summary>Ends when the payload was executed, or could not be.</summary>
    internal Task Started => _started?.Task ?? Task.CompletedTask;

    /// <summary>Whether it is told when the payload was executed.</summary>
    internal bool TellsStart => _started is not null;

    /// <summary>Whether it is known that the payload was executed, or never will be.</summary>
    internal bool HasStarted => _startedAt != 0 || HasMainExited || Volatile.Read(ref _isOver) != 0;

    /// <summary>Completes when its own process has ended, or never began.</summary>
    internal Task MainExited => _mainExited.Task;

    internal bool HasMainExited => MainExited.IsCompleted;

    /// <summary>Completes when nothing is left of it.</summary>
    internal Task Gone => _gone.Task;

    internal bool IsGone => Gone.IsCompleted;

    internal Task<SandboxResult> Exited => _exited.Task;

    public int Id { get; private set; }

    public Stream? StandardInput => Command.StandardInput is PipeInput ? Streams.Input : null;

    public Stream? StandardOutput => Streams.Output;

    public Stream? StandardError => Streams.Error;

    public Stream? Channel => Streams.Channel;

    public ISandboxTerminal? Terminal => Streams.Terminal;

    internal void SetSteps(IReadOnlyList<ProgramStep> steps) => _steps = steps;

    /// <summary>The program is about to be sent: the time that the start may take begins.</summary>
    internal void BeginStart()
    {
        try
        {
            _deadlines.BeginStart();
        }
        catch (Exception exception)
        {
            throw new SandboxException(
                "Cannot limit the time of the command: the application's clock makes no timer.", exception);
        }
    }

    /// <summary>Nothing is measured any more.</summary>
    internal void EndDeadlines()
    {
        _deadlines.Dispose();
        CpuTime.Dispose();
    }

    /// <summary>Kills the command with all that it started. The first reason stands.</summary>
    internal void Kill(SandboxOutcome reason)
    {
        if (IsGone || Interlocked.CompareExchange(ref _killReason, (int)ReasonOf(reason), -1) != -1)
        {
            return;
        }

        _sandbox.End(this);
        if (_started is { Task.IsCompleted: false })
        {
            // A command that waits for an answer before it was executed holds init up, and without one it is refused.
            Supervisor?.Dispose();
        }
    }

    /// <summary>Gets a value indicating that its processes are being killed.</summary>
    internal bool IsEnding => Volatile.Read(ref _isEnding) != 0;

    /// <summary>Whether nobody else ends what it started.</summary>
    internal bool TryBeginEnding() => Interlocked.Exchange(ref _isEnding, 1) == 0;

    /// <summary>The sandbox is being disposed; whatever ends the command now, that is the reason.</summary>
    internal void MarkDisposed() => Interlocked.CompareExchange(ref _killReason, (int)SandboxOutcome.Canceled, -1);

    /// <summary>The payload was executed.</summary>
    /// <param name="id">Its process inside.</param>
    /// <param name="cpuTime">The CPU time that its process took before.</param>
    internal void OnStarted(int id, TimeSpan cpuTime)
    {
        Id = id;
        _startedAt = Math.Max(1, _sandbox.Time.GetTimestamp());
        try
        {
            Streams.OnStarted();
        }
        catch (Exception exception)
        {
            // Nobody is given the command, so nobody else ends it.
            _started?.TrySetException(exception);
            _ = _started?.Task.Exception;
            Kill(SandboxOutcome.Canceled);
            return;
        }

        _deadlines.Begin(cpuTime);
        _started?.TrySetResult();
    }

    /// <summary>Whether the step that failed was that of a process which is waited for beyond the failure.</summary>
    internal bool WasReaperCloned(int step) => ReaperName is not null && step != ReaperSteps.CloneStep;

    internal Task OnFailedAsync(int step, int error)
    {
        ProgramStep failed = _steps[step - 1];
        if (failed.Kind == StepKind.PrepareCommand
            && (_killReason >= 0 || Group?.ReadUsage() is { OutOfMemoryKills: > 0 }))
        {
            // A process that is killed on its way to the payload is a step that was not done.
            return CompleteAsync(Unreported(_killReason >= 0 ? (SandboxOutcome)_killReason : SandboxOutcome.Signaled));
        }

        return FailAsync(StartFailure.Explain(failed, error, Command, Group, _sandbox.Limits?.Memory));
    }

    internal async Task FailAsync(Exception exception)
    {
        if (!TryEnd())
        {
            return;
        }

        Supervisor?.Dispose();
        CpuTime.Dispose();
        RemoveGroup();
        try
        {
            _deadlines.Dispose();
            await Streams.FinishAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // A stream or clock of the application that failed as well: what made the command fail comes first.
        }

        if (_started is { Task.IsCompleted: false })
        {
            // Nobody was given the pipes, so nobody else closes them.
            Streams.Dispose();
            _started.SetException(exception);
            _ = _started.Task.Exception;
        }

        // Who started it hears of it by one of the two; reading it marks it as seen in the other.
        _exited.TrySetException(exception);
        _ = _exited.Task.Exception;
    }

    /// <summary>The sandbox ended before the command did.</summary>
    /// <param name="fault">What went wrong in the host; null if init was ended from outside.</param>
    internal Task OnSandboxEndedAsync(SandboxException? fault)
    {
        _mainExited.TrySetResult();
        _gone.TrySetResult();
        if (_ofMain is not null)
        {
            return CompleteAsync(_ofMain);
        }

        if (fault is null && _killReason >= 0)
        {
            return CompleteAsync(Unreported((SandboxOutcome)_killReason));
        }

        if (fault is null && Group?.ReadUsage() is { OutOfMemoryKills: > 0 })
        {
            // Until the payload is executed its memory is init's, and the kernel kills all that share the memory.
            return CompleteAsync(Unreported(SandboxOutcome.Signaled));
        }

        return FailAsync(
            fault ?? new SandboxException(
                "The sandbox ended before the command did: its first process was killed from outside."));
    }

    /// <summary>The command's own process has ended.</summary>
    internal void OnMainExited(in ExitReport report)
    {
        int reason = Volatile.Read(ref _killReason);
        _cpuTimeAtStart = CommandResultFactory.CpuTimeAtStart(report);
        _ofMain = CommandResultFactory.Read(report, reason < 0 ? null : (SandboxOutcome)reason);
        if (_ofMain.Outcome == SandboxOutcome.StartTimedOut)
        {
            // The clock of the start is read just before the program is executed, which it never was.
            _ofMain = _ofMain with { WallTime = TimeSpan.Zero };
        }

        _mainExited.TrySetResult();
        if (Command.Leftovers == CommandLeftovers.Keep)
        {
            _ = CompleteAsync(_ofMain);
        }
    }

    /// <summary>Nothing is left of it, and its entry in init's table is free.</summary>
    internal void OnGone()
    {
        _mainExited.TrySetResult();
        _gone.TrySetResult();
        if (_ofMain is null && Volatile.Read(ref _isOver) == 0)
        {
            // Its reaper was killed, by whom it may be: a payload that has init's id, or the memory of the host.
            _ = CompleteAsync(Unreported(_killReason >= 0 ? (SandboxOutcome)_killReason : SandboxOutcome.Signaled));
            return;
        }

        if (Volatile.Read(ref _isOver) == 0)
        {
            _ = CompleteAsync(_ofMain!);
            return;
        }

        EndDeadlines();
        RemoveGroup();
    }

    /// <summary>
    /// A time-out that comes while the process is already dying for lack of memory is not what ended it.
    /// </summary>
    private SandboxOutcome ReasonOf(SandboxOutcome reason) =>
        reason is SandboxOutcome.WallTimeExceeded or SandboxOutcome.CpuTimeExceeded && _sandbox.IsDyingOfMemory(this)
            ? SandboxOutcome.MemoryExceeded
            : reason;

    /// <summary>
    /// The result of a command of whose end nobody tells. Its figures are those that were seen from outside.
    /// </summary>
    private SandboxResult Unreported(SandboxOutcome outcome) => new()
    {
        Outcome = outcome,
        Signal = UnixSignal.SIGKILL,
        WallTime = _startedAt == 0 ? TimeSpan.Zero : _sandbox.Time.GetElapsedTime(_startedAt),
    };

    private async Task CompleteAsync(SandboxResult result)
    {
        if (!TryEnd())
        {
            return;
        }

        if (Supervisor is not null)
        {
            Supervisor.Dispose();
            result = result with
            {
                ObservedCalls = Supervisor.Observed,
                SystemCallHandlerFailure = Supervisor.Failure,
                Outcome = Supervisor.HasKilled
                    && result is { Outcome: SandboxOutcome.Signaled, Signal: UnixSignal.SIGKILL }
                    ? SandboxOutcome.SystemCallDenied
                    : result.Outcome,
            };
        }

        if (Group is not null)
        {
            result = result with { Usage = CommandResultFactory.FromStart(Group.ReadUsage(), _cpuTimeAtStart) };
        }

        result = CommandResultFactory.Judge(CpuTime.Complete(result, _cpuTimeAtStart), Command, FilterKills);

        try
        {
            if (IsGone)
            {
                // What may stay is held to its limits as long as it does.
                EndDeadlines();
            }

            await Streams.FinishAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // A stream or clock of the application that failed.
            _started?.TrySetResult();
            _exited.TrySetException(exception);
            RemoveGroup();
            return;
        }

        result = result with
        {
            StandardOutput = Streams.CapturedOutput,
            StandardError = Streams.CapturedError,
            Outcome = Streams.IsOutputExceeded ? SandboxOutcome.OutputExceeded : result.Outcome,
        };

        _started?.TrySetResult();
        _exited.TrySetResult(result);
        RemoveGroup();
    }

    /// <summary>
    /// Those who wait for the result need not wait for that, so it goes behind them. A group that is not empty stays.
    /// </summary>
    private void RemoveGroup()
    {
        if (Group is not null && IsGone)
        {
            _ = Task.Factory.StartNew(
                static group => ((CommandCgroup)group!).Remove(), Group, CancellationToken.None,
                TaskCreationOptions.PreferFairness, TaskScheduler.Default);
        }
    }

    private TimeSpan LookAtCpuTime() => CpuTime.Look(_sandbox.ReadCpuTime(this));

    private bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;
}
