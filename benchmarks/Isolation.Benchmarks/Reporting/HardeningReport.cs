using System.Globalization;
using System.Text;
using Isolation.Benchmarks.Comparing;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Reporting;

/// <summary>What the filter of system calls and Landlock cost, in Markdown.</summary>
internal static class HardeningReport
{
    internal static void Append(StringBuilder text, HardeningFigures hardening)
    {
        text.Append(
            "## Filter and Landlock\n\nOne program in a sandbox of its own, as the presets run it; in turns of "
            + "their own.\n\n");
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
            "The same in the smallest root that there is, where nothing else takes time. No preset combines its mounts "
            + "with that many rules; for comparison only.\n\n");
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
            $"One call, made {Units.Count(CallLoop.Count)} times in a round by a program without a C library: CPU "
                + $"time, medians; under the default filter, and under the same policy compiled by libseccomp, loaded "
                + $"in the same way. ");
        text.Append(
            "`getppid` and `read` (1 byte of /dev/zero) are always allowed: since Linux 5.11 the kernel finds that out "
            + "when it loads a filter and does not run the filter for them. ");
        text.Append(
            "`ioctl` (of no descriptor) and `personality` (a query) have conditions on arguments, so each of these "
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
        text.Append("Instructions executed are those of the filter itself, where the kernel runs it. All there are: ");
        text.AppendJoin(
            ", ", hardening.Sizes.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value}")))
            .Append(".\n\n");
        foreach ((string name, string reason) in hardening.Missing)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {name} took no part: {reason.TrimEnd('.')}.\n");
        }

        if (hardening.Missing.Count > 0)
        {
            text.Append('\n');
        }
    }

    private static string Ratio(Series series, Series? baseline) =>
        baseline is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{series.RatioTo(baseline):0.00}");
}
