using Isolation.Linux.Commands;
using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.State;
using Isolation.Linux.Streams;

namespace Isolation.Linux.Sandboxes;

/// <summary>Takes over the commands that an earlier application has started.</summary>
internal sealed partial class LinuxSandbox
{
    /// <summary>Held while the table of ended commands is read for a command.</summary>
    private readonly Lock _refreshing = new();

    /// <summary>Watches the commands whose reapers send their messages to an earlier application.</summary>
    private TableWatch? _watch;

    private void Adopt(CommandState state)
    {
        SandboxCommand command = state.ToCommand();
        CommandStreams streams = CommandStreams.Open(
            command, Payload.Of(command, Specification, _plan, isOnly: false), makesTerminals: false);
        streams.ClosePayloadEnds();
        RunningCommand running = new(this, command, streams, state.Entry, tellsStart: true)
        {
            Number = state.Number,
            IsAdopted = true,
            ReaperName = state.Reaper,
            Group = state.Group is { } run ? _groups?.Adopt(run) : null,
            CpuTime = new CommandCpuTime(null),
            FilterKills = state.FilterKills,
            IsCollected = state.IsCollected,
        };
        lock (_gate)
        {
            _entries.Adopt(running);
        }

        streams.Start(static () => { });
    }

    /// <summary>
    /// Learns what became of adopted commands before init confirmed that this application is attached.
    /// </summary>
    private void RefreshAll()
    {
        RunningCommand[] adopted = Adopted();
        if (Array.Exists(adopted, static command => command.ReaperName is not null))
        {
            // Before the table is read, so that no change is missed.
            _watch = new TableWatch(
                _record!.Directory.TablePath, () => ThreadPool.UnsafeQueueUserWorkItem(
                    static sandbox => Array.ForEach(sandbox.Adopted(), sandbox.Refresh), this, false));
        }

        foreach (RunningCommand command in adopted)
        {
            Refresh(command);
            if (!command.HasStarted
                && (command.ReaperName is null || CommandProcesses.FindReaper(ProcessId, command) is null))
            {
                // The earlier application was killed before init had the command, or it could not be started.
                Refresh(command);
                if (!command.HasStarted)
                {
                    Drop(command);
                }
            }
        }
    }

    private RunningCommand[] Adopted()
    {
        lock (_gate)
        {
            return [.. _entries.Running.Where(static command => command.IsAdopted)];
        }
    }

    /// <summary>Reads what the table contains about an adopted command.</summary>
    private void Refresh(RunningCommand command)
    {
        lock (_refreshing)
        {
            if (command.IsGone || _record!.TryReadSlot(command.Entry) is not { } slot || !HasNews(command, slot))
            {
                return;
            }

            // Init may have written a part only. This is done for news alone: it counts as a change, and causes the
            // next look.
            _record.WaitForWriter();
            slot = _record.TryReadSlot(command.Entry);
            if (slot is null)
            {
                return;
            }

            if (!command.HasStarted && ExitTable.TryReadStart(slot, out InitMessage start, out TimeSpan startedAt)
                && start.Kind == InitMessageKind.Started)
            {
                TimeSpan now = MonotonicClock.Now + Offset;
                command.OnStarted(start.ProcessId, start.CpuTime, now - startedAt);
            }

            if (!command.HasMainExited && ExitTable.TryReadExit(slot, ofReaper: false, out ExitReport report))
            {
                HandleExit(command, report);
            }

            if (command.ReaperName is not null && ExitTable.TryReadExit(slot, ofReaper: true, out report))
            {
                HandleExit(command, report);
            }
        }
    }

    private static bool HasNews(RunningCommand command, ReadOnlySpan<byte> slot) =>
        (!command.HasStarted && ExitTable.TryReadStart(slot, out _, out _))
        || (!command.HasMainExited && ExitTable.TryReadExit(slot, ofReaper: false, out _))
        || (command.ReaperName is not null && ExitTable.TryReadExit(slot, ofReaper: true, out _));

    private void Drop(RunningCommand command)
    {
        _ender.Release(command);
        Collect(command);
    }
}
