using Isolation.Linux.Cgroups;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp.Supervision;

namespace Isolation.Linux.Running;

/// <summary>A command from the moment its program is sent until its result is there.</summary>
internal sealed class RunningCommand : ISandboxProcess
{
    private readonly LinuxSandbox _sandbox;
    private readonly TaskCompletionSource<SandboxResult> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource? _started;
    private IReadOnlyList<ProgramStep> _steps = [];
    private readonly CommandDeadlines _deadlines;
    private int _killReason = -1;
    private int _isOver;

    internal RunningCommand(LinuxSandbox sandbox, SandboxCommand command, CommandStreams streams, int entry, bool tellsStart)
    {
        _sandbox = sandbox;
        Command = command;
        Streams = streams;
        Entry = entry;
        _deadlines = new CommandDeadlines(this, sandbox.Deadlines, () => sandbox.ReadCpuTime(this));
        _started = tellsStart ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
    }

    internal SandboxCommand Command { get; }

    internal CommandStreams Streams { get; }

    internal int Entry { get; }

    /// <summary>Its control groups; null where it has none.</summary>
    internal RunGroup? Group { get; init; }

    /// <summary>Who answers for the host where the filter asks it; null where it does not.</summary>
    internal SystemCallSupervisor? Supervisor { get; init; }

    /// <summary>Whether its filter kills at some call.</summary>
    internal bool FilterKills { get; init; }

    /// <summary>Whether all that init started belongs to it.</summary>
    internal bool OwnsSandbox { get; init; }

    /// <summary>Ends when the payload was executed, or could not be.</summary>
    internal Task Started => _started?.Task ?? Task.CompletedTask;

    internal Task<SandboxResult> Exited => _exited.Task;

    public int Id { get; private set; }

    public Stream? StandardInput => Command.StandardInput is PipeInput ? Streams.Input : null;

    public Stream? StandardOutput => Streams.Output;

    public Stream? StandardError => Streams.Error;

    public Stream? Channel => Streams.Channel;

    public ISandboxTerminal? Terminal => Streams.Terminal;

    public Task<SandboxResult> WaitForExitAsync(CancellationToken cancellationToken = default) => Exited.WaitAsync(cancellationToken);

    public Task SendSignalAsync(UnixSignal signal, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Exited.IsCompleted)
        {
            _sandbox.Signal(Entry, (int)signal);
        }

        return Task.CompletedTask;
    }

    public Task<SandboxResult> KillAsync(CancellationToken cancellationToken = default)
    {
        Kill(SandboxOutcome.Canceled);
        return WaitForExitAsync(cancellationToken);
    }

    public async Task<SandboxResult> StopAsync(TimeSpan grace, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        await SendSignalAsync(UnixSignal.Terminate, cancellationToken).ConfigureAwait(false);
        try
        {
            return await Exited.WaitAsync(grace, _sandbox.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return await KillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill(SandboxOutcome.Canceled);
        try
        {
            await Exited.ConfigureAwait(false);
        }
        catch (SandboxException)
        {
            // Whoever waits for the command's end is told; disposing only has to end it.
        }

        if (Streams.Input is { } input)
        {
            await input.DisposeAsync().ConfigureAwait(false);
        }

        StandardOutput?.Dispose();
        StandardError?.Dispose();
        Channel?.Dispose();
        Streams.Terminal?.Dispose();
    }

    internal void SetSteps(IReadOnlyList<ProgramStep> steps) => _steps = steps;

    /// <summary>Kills the command with all that it started. The first reason stands.</summary>
    internal void Kill(SandboxOutcome reason)
    {
        if (Interlocked.CompareExchange(ref _killReason, (int)reason, -1) == -1 && !Exited.IsCompleted)
        {
            _sandbox.KillTree(this);
            if (_started is { Task.IsCompleted: false })
            {
                // A command that waits for an answer before it was executed holds init up, and without one it is refused.
                Supervisor?.Dispose();
            }
        }
    }

    /// <summary>The sandbox is being disposed; whatever ends the command now, that is the reason.</summary>
    internal void MarkDisposed() => Interlocked.CompareExchange(ref _killReason, (int)SandboxOutcome.Canceled, -1);

    /// <summary>The payload was executed.</summary>
    /// <param name="id">Its process inside.</param>
    /// <param name="cpuTime">The CPU time that its process took before.</param>
    internal void OnStarted(int id, TimeSpan cpuTime)
    {
        Id = id;
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

    internal Task OnFailedAsync(int step, int error)
    {
        ProgramStep failed = _steps[step - 1];
        return FailAsync(Errors.Create(failed, error));
    }

    internal async Task FailAsync(Exception exception)
    {
        if (!TryEnd())
        {
            return;
        }

        Supervisor?.Dispose();
        Group?.Remove();
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
        if (fault is null && _killReason >= 0)
        {
            return CompleteAsync(new SandboxResult { Outcome = (SandboxOutcome)_killReason, Signal = UnixSignal.Kill });
        }

        if (fault is null && Group?.ReadUsage() is { OutOfMemoryKills: > 0 })
        {
            // Until the payload is executed its memory is init's, and the kernel kills all that share the memory.
            return CompleteAsync(new SandboxResult { Outcome = SandboxOutcome.Signaled, Signal = UnixSignal.Kill });
        }

        return FailAsync(fault ?? new SandboxException("The sandbox ended before the command did: its first process was killed from outside."));
    }

    internal Task OnExitedAsync(in ExitReport report)
    {
        int reason = Volatile.Read(ref _killReason);
        return CompleteAsync(CommandVerdict.Read(report, reason < 0 ? null : (SandboxOutcome)reason), CommandVerdict.CpuTimeAtStart(report));
    }

    private async Task CompleteAsync(SandboxResult result, TimeSpan cpuTimeAtStart = default)
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
                Outcome = Supervisor.HasKilled && result is { Outcome: SandboxOutcome.Signaled, Signal: UnixSignal.Kill } ? SandboxOutcome.SystemCallDenied : result.Outcome,
            };
        }

        if (Group is not null)
        {
            result = result with { Usage = CommandVerdict.FromStart(Group.ReadUsage(), cpuTimeAtStart) };
        }

        result = CommandVerdict.Judge(result, Command, FilterKills);

        try
        {
            _deadlines.Dispose();
            await Streams.FinishAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // A stream or clock of the application that failed.
            _started?.TrySetResult();
            _exited.TrySetException(exception);
            Group?.Remove();
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
        if (Group is not null)
        {
            // Those who wait for the result need not wait for that, so it goes behind them.
            _ = Task.Factory.StartNew(
                static group => ((RunGroup)group!).Remove(), Group, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default);
        }
    }

    private bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;
}
