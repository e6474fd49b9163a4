using System.Globalization;
using System.Text;
using Isolation.Benchmarks.Comparing;
using Isolation.Benchmarks.Contestants;

namespace Isolation.Benchmarks.Reporting;

/// <summary>Writes the cost of limits and of reading usage figures in Markdown.</summary>
internal static class LimitsReport
{
    internal static void Append(StringBuilder text, LimitsFigures limits)
    {
        text.Append(
            "## With limits\n\nLimits on memory, CPU and processes: cgroups are created, entered, read and removed. "
            + "Measured in separate interleaved rounds.\n\n");
        Series? without = limits.Launch(Field.OneShot);
        MarkdownTable table = new("", "median", "95th percentile", "× without limits");
        foreach (Series series in limits.Launches)
        {
            table.Add(
                series.Name, Units.Milliseconds(series.Median), Units.Milliseconds(series.Percentile95),
                without is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{series.RatioTo(without):0.00}"));
        }

        table.AppendTo(text);
        foreach ((string name, string remark) in limits.Remarks)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {name}: {remark}.\n");
        }

        foreach ((string name, string reason) in limits.Missing)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {name} was not measured: {reason.TrimEnd('.')}.\n");
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $"\nReading {limits.Readings.Name} takes {limits.Readings.Median:0.0} µs (95th percentile "
            + $"{limits.Readings.Percentile95:0.0} µs) and allocates {limits.ReadingBytes} bytes.\n\n");
    }
}
