using Isolation.Linux.Events;

namespace Isolation.Linux.Commands;

/// <summary>Enforces a command's limits of wall time and CPU time, and the time limit of its start.</summary>
internal sealed class CommandDeadlines(
    RunningCommand running, DeadlineQueue queue, Func<TimeSpan> readCpuTime, Func<string?> findStuckStart) : IDisposable
{
    /// <summary>
    /// The shortest interval between checks. Times the number of CPUs, it is about how far a command can exceed its
    /// limit.
    /// </summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>The minimum time for a start, even if the command has less time.</summary>
    private static readonly TimeSpan ShortestStart = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The interval between checks of a start whose time is over. If <see cref="StartLooks"/> checks in a row find no
    /// progress, the start hangs.
    /// </summary>
    private static readonly TimeSpan StartLook = TimeSpan.FromMilliseconds(100);

    private const int StartLooks = 5;

    private readonly Lock _gate = new();
    private TimeSpan _cpuTimeAtStart;
    private DeadlineQueue.Deadline? _start;
    private string? _stuckStart;
    private int _stuckLooks;
    private DeadlineQueue.Deadline? _wall;
    private DeadlineQueue.Deadline? _cpu;
    private bool _isDisposed;

    private SandboxCommand Command => running.Command;

    /// <summary>Gets how many threads of the command can run at once.</summary>
    private int Processors => Command.Affinity.IsDefaultOrEmpty ? Environment.ProcessorCount : Command.Affinity.Length;

    /// <summary>Starts the time limit of the start, when the command is sent.</summary>
    internal void BeginStart()
    {
        TimeSpan wait = Command.WallTime is { } wallTime && wallTime < Command.StartTimeout
            ? wallTime > ShortestStart ? wallTime : ShortestStart
            : Command.StartTimeout;
        lock (_gate)
        {
            _start = queue.Add(wait, this, static deadlines => deadlines.LookAtStart());
        }
    }

    /// <summary>Starts the limits of the running payload.</summary>
    /// <param name="cpuTimeAtStart">The CPU time that the process used before.</param>
    /// <param name="elapsed">The time since the start.</param>
    internal void Begin(TimeSpan cpuTimeAtStart, TimeSpan elapsed)
    {
        _cpuTimeAtStart = cpuTimeAtStart;
        lock (_gate)
        {
            _start?.Dispose();
            if (_isDisposed)
            {
                return;
            }

            if (Command.WallTime is { } wallTime)
            {
                TimeSpan left = wallTime > elapsed ? wallTime - elapsed : TimeSpan.Zero;
                _wall = queue.Add(left, running, static running => running.Kill(SandboxOutcome.WallTimeExceeded));
            }

            if (Command.CpuTime is { } cpuTime)
            {
                LookAfter(cpuTime);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _start?.Dispose();
            _wall?.Dispose();
            _cpu?.Dispose();
        }
    }

    /// <summary>
    /// Checks the start several times for progress, because a busy machine is no reason to cancel it.
    /// </summary>
    private void LookAtStart()
    {
        string? now = findStuckStart();
        lock (_gate)
        {
            // A sandbox with this one command does not report the start. Unless something blocked the start, it has
            // happened by now.
            if (_isDisposed || running.HasStarted || (now is null && !running.TellsStart))
            {
                return;
            }

            _stuckLooks = now is not null && now == _stuckStart ? _stuckLooks + 1 : 1;
            _stuckStart = now;
            if (_stuckLooks < StartLooks)
            {
                _start = queue.Add(StartLook, this, static deadlines => deadlines.LookAtStart());
                return;
            }
        }

        running.Kill(SandboxOutcome.StartTimedOut);
    }

    /// <summary>
    /// Schedules the next check for the earliest time at which the command, using all of its CPUs, can reach the limit.
    /// </summary>
    private void LookAfter(TimeSpan left)
    {
        TimeSpan wait = left / Processors;
        _cpu = queue.Add(wait > ShortestWait ? wait : ShortestWait, this, static deadlines => deadlines.Look());
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            TimeSpan left = Command.CpuTime!.Value + _cpuTimeAtStart - readCpuTime();
            if (left > TimeSpan.Zero)
            {
                LookAfter(left);
                return;
            }
        }

        running.Kill(SandboxOutcome.CpuTimeExceeded);
    }
}
