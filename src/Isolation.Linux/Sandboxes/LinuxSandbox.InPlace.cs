using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Isolation.Linux.Commands;
using Isolation.Linux.Errors;
using Isolation.Linux.Events;
using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Sandboxes;

/// <summary>Implements the command that init becomes, which is the last of its sandbox.</summary>
internal sealed partial class LinuxSandbox
{
    /// <summary>The command that init becomes or has become; null before. Guarded by the gate.</summary>
    private InPlaceCommand? _inPlace;

    /// <summary>Kills the command if the application ends: no socket tells it any more.</summary>
    private StrongBox<InitProcess>? _guard;

    /// <summary>Prepares the sandbox for the last command.</summary>
    private void BecomeInPlace(Action<ProgramBuilder>? steps)
    {
        if (steps is not null)
        {
            throw new InvalidOperationException("The library's own steps need init.");
        }

        lock (_gate)
        {
            if (_entries.Count > 0)
            {
                throw new SandboxException(
                    "start a command in place of the sandbox's first process", null, 0, nameof(Errno.EBUSY),
                    "other commands are running in the sandbox", "Wait until they have ended.");
            }
        }

        _guard ??= new StrongBox<InitProcess>(Attendant.StartGuard(_connection.Pidfd));
    }

    /// <summary>Rejects commands after the last one. The caller holds the gate.</summary>
    private void ThrowIfReplaced(SandboxCommand command)
    {
        if (_inPlace is not null)
        {
            throw new SandboxException(
                "start a command in the sandbox:", command.Program, 0, nameof(Errno.EBUSY),
                "a command has taken the place of its first process", "Use CommandRole.Child for that command.");
        }
    }

    /// <summary>Follows the command after init has closed the socket: it was executed, or has ended.</summary>
    private async Task FollowAsync(InPlaceCommand inPlace)
    {
        RunningCommand command = inPlace.Command;
        bool hasEnded = false;
        while (ProcessStatus.Read(ProcessId) is { } status && status.Name == inPlace.Name)
        {
            // The kernel closes the socket a moment before it changes the name.
            if (hasEnded)
            {
                break;
            }

            await Task.Delay(1).ConfigureAwait(false);
            hasEnded = Kernel.poll(_connection.Pidfd) != 0;
        }

        bool isExecuted = !hasEnded || ProcessStatus.Read(ProcessId)?.Name != inPlace.Name;
        if (isExecuted && inPlace.Start is { } start)
        {
            command.OnStarted(start.ProcessId, start.CpuTime, MonotonicClock.Now + Offset - start.StartedAt);
        }

        await PidfdEvents.WaitForEndAsync(_connection.Pidfd).ConfigureAwait(false);
        TimeSpan end = MonotonicClock.Now + Offset;
        ExitReport report = new() { Token = command.Entry, ProcessId = 1, Left = -Errno.ECHILD };
        long waited = Kernel.waitid(
            _connection.Pidfd, out report.Status, MemoryMarshal.AsBytes(new Span<ResourceUsage>(ref report.Usage)));
        if (inPlace.Start is not { } started)
        {
            // A failure was reported, or the process was killed during its preparation.
            if (!command.Exited.IsCompleted)
            {
                _ = command.OnSandboxEndedAsync(null);
            }

            return;
        }

        if (waited < 0)
        {
            _ = command.FailAsync(SandboxErrors.Create(
                new ProgramStep("get the exit status of", command.Command.Program), (int)-waited,
                "Do not ignore SIGCHLD in the application: the kernel then discards exit statuses."));
            return;
        }

        if (!isExecuted && (report.Status & 0x7F) == 0)
        {
            _ = command.FailAsync(StartFailure.Explain(
                new ProgramStep("execute", command.Command.Program, StepKind.Execute), report.Status >> 8,
                command.Command, command.Group, Limits?.Memory));
            return;
        }

        (report.StartSeconds, report.StartNanoseconds) = Split(started.StartedAt);
        (report.CpuAtStartSeconds, report.CpuAtStartNanoseconds) = Split(started.CpuTime);
        (report.EndSeconds, report.EndNanoseconds) = Split(end > started.StartedAt ? end : started.StartedAt);
        HandleExit(command, report);
    }

    private void EndGuard()
    {
        if (Interlocked.Exchange(ref _guard, null) is { } guard)
        {
            guard.Value.Abandon();
        }
    }

    /// <summary>Gets the offset of the sandbox's monotonic clock from that of the application.</summary>
    private TimeSpan Offset => Specification.Namespaces.Time is HostNamespace
        ? TimeSpan.Zero
        : _clockOffset ??= ClockOffset.Of(ProcessId) ?? Specification.TimeOffsets?.Monotonic ?? TimeSpan.Zero;

    private static (long Seconds, long Nanoseconds) Split(TimeSpan time) =>
        (time.Ticks / TimeSpan.TicksPerSecond, time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);

    /// <summary>Represents the last command, with what init reported of its start.</summary>
    private sealed class InPlaceCommand(RunningCommand command, string name)
    {
        internal RunningCommand Command => command;

        /// <summary>Gets the name of the process before the program is executed.</summary>
        internal string Name => name;

        /// <summary>Gets or sets the report; null if the process has not come that far.</summary>
        internal (int ProcessId, TimeSpan CpuTime, TimeSpan StartedAt)? Start { get; set; }
    }
}
