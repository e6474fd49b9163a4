namespace Isolation.Linux.Commands;

/// <summary>The CPU time that was measured of one command: every look at it, and what its result says.</summary>
/// <param name="counter">Counts what no process shows any more; null where groups count, or nothing can.</param>
internal sealed class CommandCpuTime(CpuCounter? counter) : IDisposable
{
    /// <summary>
    /// How far a counter may be ahead of the time that the kernel accounts to processes: it goes on during interrupts
    /// and while a hypervisor takes the CPU away.
    /// </summary>
    private const double CounterError = 1.25;

    private readonly Lock _gate = new();
    private TimeSpan _highest;
    private bool _isDisposed;

    /// <summary>
    /// Takes down what was seen, or what was counted if more is missing than the counter can be ahead.
    /// </summary>
    /// <param name="seen">What groups count, or what processes show; with what the command's process took before the
    /// payload.</param>
    internal TimeSpan Look(TimeSpan seen)
    {
        lock (_gate)
        {
            if (!_isDisposed && counter?.Read() is { } counted && counted > seen * CounterError)
            {
                seen = counted;
            }

            _highest = seen > _highest ? seen : _highest;
            return seen;
        }
    }

    /// <summary>
    /// A result with what was measured, if the kernel tells less: it adds up only what was waited for.
    /// </summary>
    /// <param name="result">The result with the figures of the kernel.</param>
    /// <param name="cpuTimeAtStart">What the command's process took before it became the payload.</param>
    internal SandboxResult Complete(SandboxResult result, TimeSpan cpuTimeAtStart)
    {
        Look((result.Usage?.CpuTime ?? (result.UserCpuTime + result.SystemCpuTime)) + cpuTimeAtStart);
        return CommandResultFactory.WithCpuTime(result, _highest - cpuTimeAtStart);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            counter?.Dispose();
        }
    }
}
