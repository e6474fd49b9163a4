using Isolation.Linux.Commands;
using Isolation.Linux.Errors;
using Isolation.Linux.Init;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Sandboxes;

/// <summary>Handles init's messages to the sandbox and its commands.</summary>
internal sealed partial class LinuxSandbox
{
    private async Task ReceiveAsync()
    {
        SandboxException? fault = null;
        try
        {
            int length;
            while ((length = await _connection.Channel.ReceiveAsync(_message).ConfigureAwait(false)) > 0)
            {
                Handle(length);
            }

            if (_inPlace is { } inPlace)
            {
                await FollowAsync(inPlace).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // Nothing reads init's messages from here on, so callers that wait must be notified, and commands must end.
            fault = new SandboxException(
                "Cannot handle a message from the sandbox. The sandbox was ended.", exception);
            _connection.Kill();
        }

        if (fault is null && _record is not null && _isDisposed)
        {
            fault = new SandboxException(
                "The sandbox was released while the command was running. The command continues; attach to the sandbox "
                + "to get its result.");
        }

        SandboxException lost = fault ?? new SandboxException("The connection to the sandbox's init was lost.");
        _confirmed.TrySetException(lost);
        _ = _confirmed.Task.Exception;
        _ready.TrySetException(
            fault ?? new SandboxException(
                "Cannot set up the sandbox: its first process was killed from outside."));
        RunningCommand[] running;
        lock (_gate)
        {
            running = [.. _entries.Running];
        }

        await Task.WhenAll(running.Select(command => command.OnSandboxEndedAsync(fault))).ConfigureAwait(false);
        _ender.OnEmptied();
    }

    /// <summary>
    /// Handles a message without waiting. The streams of a command that has ended belong to the application, and a slow
    /// one must not delay messages about other commands.
    /// </summary>
    private void Handle(int length)
    {
        InitMessage message = InitMessage.Read(_message.AsSpan(0, length));
        switch (message.Kind)
        {
            case InitMessageKind.Ready:
                _connection.OnMessage();
                _ready.TrySetResult(SandboxReports.Read(_plan, message.Skipped));
                break;
            case InitMessageKind.Started when _inPlace is { } inPlace:
                inPlace.Start = (message.ProcessId, message.CpuTime, message.StartedAt);
                if (Specification.Namespaces.Time is not HostNamespace)
                {
                    // The process may have ended already; the message has been on its way for a moment only.
                    _clockOffset = ClockOffset.Of(ProcessId) ?? message.StartedAt - MonotonicClock.Now;
                }

                break;
            case InitMessageKind.Started:
                Find(message.Token)?.OnStarted(message.ProcessId, message.CpuTime);
                break;
            case InitMessageKind.Failed when message.Token == FailureMessage.SetupToken:
                Fail(SetupFailure.Create(_plan.Steps[message.Step - 1], message.Error));
                break;
            case InitMessageKind.Failed:
                OnFailed(message.Token, message.Step, message.Error);
                break;
            case InitMessageKind.DescriptorsMissing:
                Fail(SandboxErrors.Refuse(
                    new ProgramStep("receive the descriptors that the host passes", null), Errno.EMFILE));
                break;
            case InitMessageKind.Attached or InitMessageKind.Detachable:
                _confirmed.TrySetResult();
                break;
            case InitMessageKind.Emptied:
                _ender.OnEmptied();
                break;
            case InitMessageKind.Exited:
                if (Find(message.Exit.Token) is { } exited)
                {
                    OnExited(exited, message.Exit);
                }

                break;
            default:
                throw new SandboxException($"The sandbox's init sent an unexpected message ({message.Kind}).");
        }
    }

    private void OnFailed(int entry, int step, int error)
    {
        if (Find(entry) is not { } command)
        {
            return;
        }

        if (command.WasReaperCloned(step))
        {
            _ = command.OnFailedAsync(step, error);
        }
        else
        {
            _ender.Release(command, () => _ = command.OnFailedAsync(step, error));
        }
    }

    private void OnExited(RunningCommand command, in ExitReport report)
    {
        if (command.IsAdopted)
        {
            // The table contains the report already, and perhaps an earlier one that an earlier application received.
            Refresh(command);
            return;
        }

        HandleExit(command, report);
    }

    private void HandleExit(RunningCommand command, in ExitReport report)
    {
        if (command.ReaperName is not null && report.ProcessId != command.Id)
        {
            OnReaperExited(command, report);
            return;
        }

        command.OnMainExited(report);
        bool isLast = report.Left == -Errno.ECHILD || command.IsKilledAsAWhole;
        if (command.ReaperName is null && isLast)
        {
            _ender.Release(command);
        }
        else if (isLast)
        {
            _ = _ender.EndLateAsync(command);
        }
        else if (command.Command.Leftovers == CommandLeftovers.End)
        {
            End(command);
        }
    }

    /// <summary>
    /// Handles the end of a reaper. A reaper exits after the last process of its command, unless a payload with init's
    /// id or the kernel (for lack of memory) kills it. The command's processes then cannot be distinguished from those
    /// of the command without a reaper, which may have to end with them. A payload that can kill a reaper can also kill
    /// its neighbors.
    /// </summary>
    private void OnReaperExited(RunningCommand command, in ExitReport report)
    {
        const int SignalMask = 0x7F;
        if ((report.Status & SignalMask) == 0 || command.IsReaperGivenUp)
        {
            _ender.Release(command);
            return;
        }

        lock (_gate)
        {
            command.ReaperName = null;
            command.HasLostReaper = true;
            if (command.IsEnding)
            {
                _ender.CountEnder(command);
            }
        }

        End(command);
    }

    private void Fail(SandboxException exception)
    {
        _ready.TrySetException(exception);
        RunningCommand? command;
        lock (_gate)
        {
            command = _entries.Running.FirstOrDefault();
        }

        _ = command?.FailAsync(exception);
    }

    private RunningCommand? Find(long entry)
    {
        lock (_gate)
        {
            return _entries.Find((int)entry);
        }
    }
}
