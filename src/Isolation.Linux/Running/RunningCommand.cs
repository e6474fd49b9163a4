using Isolation.Linux.Cgroups;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp.Supervision;

namespace Isolation.Linux.Running;

/// <summary>A command from the moment its program is sent until its result is there.</summary>
internal sealed class RunningCommand : ISandboxProcess
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly LinuxSandbox _sandbox;
    private readonly TaskCompletionSource<SandboxResult> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource? _started;
    private IReadOnlyList<ProgramStep> _steps = [];
    private ITimer? _wallTimer;
    private TimeSpan _wallTimeLeft;
    private int _killReason = -1;
    private int _isOver;

    internal RunningCommand(LinuxSandbox sandbox, SandboxCommand command, CommandStreams streams, int entry, bool tellsStart)
    {
        _sandbox = sandbox;
        Command = command;
        Streams = streams;
        Entry = entry;
        _started = tellsStart ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
    }

    internal SandboxCommand Command { get; }

    internal CommandStreams Streams { get; }

    internal int Entry { get; }

    /// <summary>Its control groups; null where it has none.</summary>
    internal RunGroup? Group { get; init; }

    /// <summary>Who answers for the host where the filter asks it; null where it does not.</summary>
    internal SystemCallSupervisor? Supervisor { get; init; }

    /// <summary>Ends when the payload was executed, or could not be.</summary>
    internal Task Started => _started?.Task ?? Task.CompletedTask;

    internal Task<SandboxResult> Exited => _exited.Task;

    public int Id { get; private set; }

    public Stream? StandardInput => Command.StandardInput is PipeInput ? Streams.Input : null;

    public Stream? StandardOutput => Streams.Output is { IsForApplication: true } output ? output.Stream : null;

    public Stream? StandardError => Streams.Error is { IsForApplication: true } error ? error.Stream : null;

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

    internal void OnStarted(int id)
    {
        Id = id;
        if (Command.WallTime is { } limit)
        {
            _wallTimer = _sandbox.Time.CreateTimer(
                static state => ((RunningCommand)state!).OnWallTimer(), this, NextWallTimer(limit), Timeout.InfiniteTimeSpan);
        }

        _started?.TrySetResult();
    }

    /// <summary>A timer takes some 49 days at most; a longer limit is waited for in parts.</summary>
    private TimeSpan NextWallTimer(TimeSpan left)
    {
        TimeSpan part = left < LongestTimer ? left : LongestTimer;
        _wallTimeLeft = left - part;
        return part;
    }

    private void OnWallTimer()
    {
        if (_wallTimeLeft > TimeSpan.Zero)
        {
            _wallTimer?.Change(NextWallTimer(_wallTimeLeft), Timeout.InfiniteTimeSpan);
        }
        else
        {
            Kill(SandboxOutcome.WallTimeExceeded);
        }
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
            _wallTimer?.Dispose();
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

    internal Task OnExitedAsync(in ExitReport report) => CompleteAsync(Read(report));

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
                Outcome = Supervisor.HasKilled && result is { Outcome: SandboxOutcome.Signaled, Signal: UnixSignal.Kill } ? SandboxOutcome.SystemCallDenied : result.Outcome,
            };
        }

        if (Group is not null)
        {
            result = GroupVerdict.Apply(result, Group.ReadUsage());
            Group.Remove();
        }

        try
        {
            _wallTimer?.Dispose();
            await Streams.FinishAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // A stream or clock of the application that failed.
            _started?.TrySetResult();
            _exited.TrySetException(exception);
            return;
        }

        if (Streams.Output is not null || Streams.Error is not null)
        {
            result = result with
            {
                StandardOutput = Streams.Output?.Captured ?? CapturedText.Empty,
                StandardError = Streams.Error?.Captured ?? CapturedText.Empty,
            };
            if (result.StandardOutput.IsTruncated || result.StandardError.IsTruncated)
            {
                result = result with { Outcome = SandboxOutcome.OutputExceeded };
            }
        }

        _started?.TrySetResult();
        _exited.TrySetResult(result);
    }

    private bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;

    private SandboxResult Read(in ExitReport report)
    {
        int signal = report.Status & 0x7F;
        int exitCode = (report.Status >> 8) & 0xFF;
        int reason = Volatile.Read(ref _killReason);
        SandboxUsage usage = new()
        {
            UserCpuTime = Duration(report.Usage.UserSeconds, report.Usage.UserMicroseconds * 1000),
            SystemCpuTime = Duration(report.Usage.SystemSeconds, report.Usage.SystemMicroseconds * 1000),
            PeakMemory = report.Usage.MaximumResidentSet * 1024,
            PageFaults = report.Usage.MinorFaults + report.Usage.MajorFaults,
            MajorPageFaults = report.Usage.MajorFaults,
        };
        return new SandboxResult
        {
            // A command that ended by itself just before it was to be killed has completed.
            Outcome = signal == (int)UnixSignal.Kill && reason >= 0 ? (SandboxOutcome)reason
                : signal != 0 ? SandboxOutcome.Signaled
                : SandboxOutcome.Completed,
            ExitCode = signal == 0 ? exitCode : null,
            Signal = signal == 0 ? null : (UnixSignal)signal,
            WallTime = Duration(report.EndSeconds - report.StartSeconds, report.EndNanoseconds - report.StartNanoseconds),
            UserCpuTime = usage.UserCpuTime,
            SystemCpuTime = usage.SystemCpuTime,
            PeakMemory = usage.PeakMemory.Value,
            Usage = usage,
        };
    }

    private static TimeSpan Duration(long seconds, long nanoseconds) => new((seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100));
}
