using System.Globalization;
using System.Text;
using Isolation.Benchmarks.Comparing;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Reporting;

/// <summary>Writes the cost of the system-call filter and Landlock in Markdown.</summary>
internal static class HardeningReport
{
    internal static void Append(StringBuilder text, HardeningFigures hardening)
    {
        text.Append(
            "## Filter and Landlock\n\nOne program in its own sandbox, as the presets run it, in separate interleaved "
            + "rounds.\n\n");
        MarkdownTable presets = new("preset", "median", "95th percentile", "median without both", "×");
        foreach (PresetLaunches preset in hardening.Presets)
        {
            presets.Add(
                preset.Name, Units.Milliseconds(preset.Whole.Median), Units.Milliseconds(preset.Whole.Percentile95),
                Units.Milliseconds(preset.Bare.Median),
                Ratio(preset.Whole, preset.Bare));
        }

        presets.AppendTo(text);
        text.Append(
            "The next table uses the smallest possible root, so that little else takes time. It is for comparison "
            + "only: no preset combines such mounts with that many rules.\n\n");
        MarkdownTable launches = new("", "median", "95th percentile", "× neither");
        foreach (Series series in hardening.Launches)
        {
            launches.Add(
                series.Name, Units.Milliseconds(series.Median), Units.Milliseconds(series.Percentile95),
                Ratio(series, hardening.Launches[0]));
        }

        launches.AppendTo(text);
        text.Append(
            CultureInfo.InvariantCulture,
            $"The next table shows the median CPU time of one system call. A program without a C library makes the "
                + $"call {Units.Count(CallLoop.Count)} times per round, under the default filter and under the same "
                + $"policy compiled by libseccomp and loaded in the same way. ");
        text.Append(
            "`getppid` and `read` (1 byte of /dev/zero) are always allowed: Linux 5.11 and newer detects that when it "
            + "loads a filter, and does not run the filter for them. ");
        text.Append(
            "`ioctl` (with descriptor -1) and `personality` (a query) have conditions on arguments, so each of these "
            + "calls runs the filter.\n\n");
        MarkdownTable calls = new(
            "", "filter", "one call", "× libseccomp", "× libseccomp, optimised", "× no filter",
            "instructions executed");
        foreach (CallFigures call in hardening.Calls)
        {
            foreach (Series side in call.Sides)
            {
                calls.Add(
                    call.Name, side.Name, string.Create(CultureInfo.InvariantCulture, $"{side.Median:0} ns"),
                    Ratio(side, call.Side(HardeningRun.LibSeccompDefault)),
                    Ratio(side, call.Side(HardeningRun.LibSeccompTree)), Ratio(side, call.Side(HardeningRun.NoFilter)),
                    call.Instructions.TryGetValue(side.Name, out int executed) ? executed.ToString(
                        CultureInfo.InvariantCulture) : "–");
            }
        }

        calls.AppendTo(text);
        text.Append("Instructions executed are counted as if the kernel runs the filter. Total instructions: ");
        text.AppendJoin(
            ", ", hardening.Sizes.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value}")))
            .Append(".\n\n");
        foreach ((string name, string reason) in hardening.Missing)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {name} was not measured: {reason.TrimEnd('.')}.\n");
        }

        if (hardening.Missing.Count > 0)
        {
            text.Append('\n');
        }
    }

    private static string Ratio(Series series, Series? baseline) =>
        baseline is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{series.RatioTo(baseline):0.00}");
}
