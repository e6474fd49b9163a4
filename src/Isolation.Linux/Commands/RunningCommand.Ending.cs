using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Init;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Commands;

/// <summary>Handles the failure and the end of the command, and completes its result.</summary>
internal sealed partial class RunningCommand
{
    /// <summary>Returns whether the failed step has left a reaper that must be waited for.</summary>
    internal bool WasReaperCloned(int step) => ReaperName is not null && step != ReaperSteps.CloneStep;

    internal Task OnFailedAsync(int step, int error)
    {
        if (step > _steps.Count)
        {
            // The application that sent the command knows the step.
            return CompleteAsync(Unreported(SandboxOutcome.Signaled));
        }

        ProgramStep failed = _steps[step - 1];
        if (failed.Kind == StepKind.PrepareCommand
            && (_killReason >= 0 || Group?.ReadUsage() is { OutOfMemoryKills: > 0 }))
        {
            // A process that is killed before the payload counts as a failed step.
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
            // A stream or clock of the application failed as well, but the command's own failure takes precedence.
        }

        if (_started is { Task.IsCompleted: false })
        {
            // No caller has received the pipes, so no caller closes them.
            Streams.Dispose();
            _started.SetException(exception);
            _ = _started.Task.Exception;
        }

        // The caller gets the exception from one of the two tasks. Reading it marks it as observed in the other.
        _exited.TrySetException(exception);
        _ = _exited.Task.Exception;
    }

    /// <summary>Handles the end of the sandbox before the command.</summary>
    /// <param name="fault">The error in the application; null if init was killed from outside.</param>
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

    /// <summary>Completes the command after its processes are gone and its entry in init's table is free.</summary>
    internal void OnGone()
    {
        _mainExited.TrySetResult();
        _gone.TrySetResult();
        _sandbox.OnGone(this);
        if (_ofMain is null && Volatile.Read(ref _isOver) == 0)
        {
            // The reaper was killed, by a payload with init's id or by the host for lack of memory.
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
    /// Creates the result of a command whose end is not reported, with the figures seen from outside.
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
            result = CommandResultFactory.WithObservation(result, Supervisor);
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
                // Remaining processes stay subject to the limits.
                EndDeadlines();
            }

            await Streams.FinishAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // A stream or clock of the application failed.
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
    /// Removes the cgroup after the result is delivered, so that callers do not wait for the removal. A cgroup that is
    /// not empty stays.
    /// </summary>
    internal void RemoveGroup()
    {
        if (Group is not null && IsGone && (IsCollected || !_sandbox.KeepsResults)
            && Interlocked.Exchange(ref _isGroupRemoved, 1) == 0)
        {
            _ = Task.Factory.StartNew(
                static group => ((CommandCgroup)group!).Remove(), Group, CancellationToken.None,
                TaskCreationOptions.PreferFairness, TaskScheduler.Default);
        }
    }

    private bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;
}
