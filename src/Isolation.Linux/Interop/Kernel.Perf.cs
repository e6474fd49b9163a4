namespace Isolation.Linux.Interop;

/// <summary>
/// Provides performance counters. See perf_event_open(2), https://man7.org/linux/man-pages/man2/perf_event_open.2.html.
/// </summary>
internal static unsafe partial class Kernel
{
    internal const int PerfFlagFdCloexec = 8;
    private const int PerfTypeSoftware = 1;
    private const int PerfCountSwTaskClock = 1;
    private const int PerfInherit = 1 << 1;
    private const int PerfExcludeKernel = 1 << 5;

    /// <summary>The size of <c>struct perf_event_attr</c> up to <c>config1</c>, which every kernel accepts.</summary>
    private const int PerfAttributesSize = 64;

    /// <summary>
    /// Gets the <c>struct perf_event_attr</c> of a clock that runs while the opening process or a later descendant is
    /// on a CPU. It excludes kernel events, as an ordinary user must if <c>kernel.perf_event_paranoid</c> is 2; this
    /// does not affect a clock.
    /// </summary>
    internal static ReadOnlySpan<long> InheritedTaskClock =>
        [PerfTypeSoftware | ((long)PerfAttributesSize << 32), PerfCountSwTaskClock, 0, 0, 0,
            PerfInherit | PerfExcludeKernel, 0, 0];

    /// <summary>perf_event_open(2), for a counter of this thread.</summary>
    internal static long perf_event_open(ReadOnlySpan<long> attributes)
    {
        fixed (long* address = attributes)
        {
            return Invoke(Calls.PerfEventOpen, (long)address, 0, -1, -1, PerfFlagFdCloexec);
        }
    }
}
