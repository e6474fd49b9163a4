namespace Isolation.Linux.Commands;

/// <summary>Represents the measured CPU time of one command, and adds it to the command's result.</summary>
/// <param name="counter">
/// The counter for time that no process shows; null if cgroups count, or if none is available.
/// </param>
internal sealed class CommandCpuTime(CpuCounter? counter) : IDisposable
{
    /// <summary>
    /// The maximum ratio by which a counter exceeds the time that the kernel accounts to processes: the counter also
    /// runs during interrupts and while a hypervisor takes the CPU away.
    /// </summary>
    private const double CounterError = 1.25;

    private readonly Lock _gate = new();
    private TimeSpan _highest;
    private bool _isDisposed;

    /// <summary>
    /// Records the observed time, or the counted time if the difference exceeds the error of the counter.
    /// </summary>
    /// <param name="seen">
    /// The time that cgroups count or processes show, including the time that the command's process used before the
    /// payload.
    /// </param>
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
    /// Returns a result with the measured time if the kernel reports less. The kernel adds up only processes that were
    /// waited for.
    /// </summary>
    /// <param name="result">The result with the figures of the kernel.</param>
    /// <param name="cpuTimeAtStart">The time that the command's process used before it became the payload.</param>
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
