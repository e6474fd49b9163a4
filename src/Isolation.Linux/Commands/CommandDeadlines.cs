using Isolation.Linux.Events;

namespace Isolation.Linux.Commands;

/// <summary>
/// Holds a command to its limits of wall time and CPU time, and its start to the time that it may take.
/// </summary>
internal sealed class CommandDeadlines(
    RunningCommand running, DeadlineQueue queue, Func<TimeSpan> readCpuTime, Func<string?> findStuckStart) : IDisposable
{
    /// <summary>
    /// The shortest wait for the next look, and so, times the CPUs, about how much more than its limit a command can
    /// take.
    /// </summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>The shortest time that a start is given, however little time the command has.</summary>
    private static readonly TimeSpan ShortestStart = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often a start is looked at when its time is over, and how many times it must be found where it was: then it
    /// hangs.
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

    /// <summary>How many of its threads can run at once.</summary>
    private int Processors => Command.Affinity.IsDefaultOrEmpty ? Environment.ProcessorCount : Command.Affinity.Length;

    /// <summary>The command is sent.</summary>
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

    /// <summary>The payload runs from now on.</summary>
    /// <param name="cpuTimeAtStart">The CPU time that its process took before.</param>
    internal void Begin(TimeSpan cpuTimeAtStart)
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
                _wall = queue.Add(wallTime, running, static running => running.Kill(SandboxOutcome.WallTimeExceeded));
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
    /// A machine that is busy is no reason to give a start up, so it is looked at, several times, whether it gets on.
    /// </summary>
    private void LookAtStart()
    {
        string? now = findStuckStart();
        lock (_gate)
        {
            // Where the start is not reported, a sandbox with this one command, whoever is not held up has started it
            // by now.
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
    /// The next look is when the limit can have been reached at the earliest, were all CPUs the command's from now on.
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
