namespace Isolation.Linux.Running;

/// <summary>Holds a command to its limits of wall time and CPU time.</summary>
internal sealed class CommandDeadlines(RunningCommand running, DeadlineQueue queue, Func<TimeSpan> readCpuTime) : IDisposable
{
    /// <summary>The shortest wait for the next look, and so, times the CPUs, about how much more than its limit a command can take.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private TimeSpan _cpuTimeAtStart;
    private DeadlineQueue.Deadline? _wall;
    private DeadlineQueue.Deadline? _cpu;
    private bool _isDisposed;

    private SandboxCommand Command => running.Command;

    /// <summary>How many of its threads can run at once.</summary>
    private int Processors => Command.Affinity.IsDefaultOrEmpty ? Environment.ProcessorCount : Command.Affinity.Length;

    /// <summary>The payload runs from now on.</summary>
    /// <param name="cpuTimeAtStart">The CPU time that its process took before.</param>
    internal void Begin(TimeSpan cpuTimeAtStart)
    {
        _cpuTimeAtStart = cpuTimeAtStart;
        lock (_gate)
        {
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
            _wall?.Dispose();
            _cpu?.Dispose();
        }
    }

    /// <summary>The next look is when the limit can have been reached at the earliest, were all CPUs the command's from now on.</summary>
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
