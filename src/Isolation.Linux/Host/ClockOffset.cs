using System.Globalization;

namespace Isolation.Linux.Host;

/// <summary>Finds the offsets of monotonic clocks, see time_namespaces(7).</summary>
internal static class ClockOffset
{
    /// <summary>The own offset does not change: a process with several threads cannot enter a time namespace.</summary>
    private static readonly Lazy<TimeSpan?> Own = new(static () => Read("self"));

    /// <summary>
    /// Gets the offset of a process's monotonic clock from that of this process; null if the process has ended, or if
    /// the kernel has no time namespaces.
    /// </summary>
    internal static TimeSpan? Of(int processId) =>
        Read(processId.ToString(CultureInfo.InvariantCulture)) - Own.Value;

    private static TimeSpan? Read(string process)
    {
        string? line = CgroupFiles.Read($"/proc/{process}/timens_offsets")?.Split('\n')
            .FirstOrDefault(static line => line.StartsWith("monotonic", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var seconds, var nanoseconds]
            ? TimeSpan.FromSeconds(long.Parse(seconds, CultureInfo.InvariantCulture))
                + TimeSpan.FromMicroseconds(long.Parse(nanoseconds, CultureInfo.InvariantCulture) / 1000.0)
            : null;
    }
}
