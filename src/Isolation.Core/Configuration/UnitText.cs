using System.Globalization;

namespace Isolation;

/// <summary>Reads sizes and durations as people write them.</summary>
internal static class UnitText
{
    private static readonly Dictionary<string, decimal> Sizes = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = 1,
        ["B"] = 1,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
        ["TiB"] = 1L << 40,
        ["kB"] = 1e3m,
        ["MB"] = 1e6m,
        ["GB"] = 1e9m,
        ["TB"] = 1e12m,
    };

    private static readonly Dictionary<string, decimal> Durations = new(StringComparer.OrdinalIgnoreCase)
    {
        ["µs"] = TimeSpan.TicksPerMicrosecond,
        ["us"] = TimeSpan.TicksPerMicrosecond,
        ["ms"] = TimeSpan.TicksPerMillisecond,
        ["s"] = TimeSpan.TicksPerSecond,
        ["min"] = TimeSpan.TicksPerMinute,
        ["h"] = TimeSpan.TicksPerHour,
        ["d"] = TimeSpan.TicksPerDay,
    };

    /// <summary>Reads <c>128 MiB</c>, <c>1.5 GB</c> or a number of bytes.</summary>
    internal static bool TryParseSize(string? text, out long bytes) => TryParse(text, Sizes, out bytes);

    /// <summary>Reads <c>00:00:05</c>, as .NET does, or <c>5 s</c>.</summary>
    internal static bool TryParseDuration(string? text, out TimeSpan duration)
    {
        if (TryParse(text, Durations, out long ticks))
        {
            duration = TimeSpan.FromTicks(ticks);
            return true;
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);
    }

    /// <summary>Reads a number with a unit. The result must be whole: nothing is rounded.</summary>
    private static bool TryParse(string? text, Dictionary<string, decimal> units, out long value)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        int digits = trimmed.LastIndexOfAnyInRange('0', '9') + 1;
        value = 0;
        if (!units.TryGetValue(trimmed[digits..].Trim().ToString(), out decimal unit)
            || !decimal.TryParse(
                trimmed[..digits], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out decimal number)
            || Math.Abs(number) > long.MaxValue / unit
            || number * unit != decimal.Truncate(number * unit))
        {
            return false;
        }

        value = (long)(number * unit);
        return true;
    }
}
