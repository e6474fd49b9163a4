using System.Diagnostics;

namespace Isolation.Linux.Host;

/// <summary>Reads the clock with which init times commands (<c>CLOCK_MONOTONIC</c>).</summary>
internal static class MonotonicClock
{
    /// <summary>Gets the time on the host's clock; a time namespace of a sandbox has an offset.</summary>
    internal static TimeSpan Now => Stopwatch.GetElapsedTime(0);
}
