using System.Text.Json;
using Isolation.Benchmarks.Comparing;

namespace Isolation.Benchmarks.Reporting;

/// <summary>Writes the raw figures as JSON.</summary>
internal static class ComparisonJson
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static string Write(Comparison comparison) => JsonSerializer.Serialize(
        new
        {
            comparison.Machine,
            LaunchMicroseconds = ByName(comparison.Launches),
            HeapMicroseconds = ByName(comparison.Heaps),
            LaunchesPerSecond = ByName(comparison.Parallel),
            AllocatedBytes = comparison.Allocations.ToDictionary(one => one.Name, one => one.Bytes),
            LimitsMicroseconds = ByName(comparison.Limits.Launches),
            ReadingMicroseconds = ByName([comparison.Limits.Readings]),
            HardeningMicroseconds = ByName(comparison.Hardening.Launches),
            PresetMicroseconds = ByName(comparison.Hardening.Presets.SelectMany(
                preset => (Series[])[preset.Whole with { Name = preset.Name },
                    preset.Bare with { Name = $"{preset.Name} without filter and Landlock" }])),
            CallNanoseconds = ByName(
                comparison.Hardening.Calls.SelectMany(
                    call => call.Sides.Select(side => side with { Name = $"{call.Name}, {side.Name}" }))),
            OutputMicroseconds = ByName(comparison.Streams.Runs),
            IdleMillisecondsPerSecond = ByName(comparison.Streams.IdleMilliseconds),
            JudgingRunsPerSecond = ByName(comparison.Judging.Sequential),
            JudgingRunsPerSecondAtOnce = ByName(comparison.Judging.Saturated),
            PoolMicroseconds = ByName(comparison.Judging.Pool),
            WallTimeOverrunMicroseconds = ByName([comparison.Judging.Overrun]),
            comparison.Many,
        },
        Readable).Replace(",\"", ",\n\"", StringComparison.Ordinal) + "\n";

    private static Dictionary<string, double[]> ByName(IEnumerable<Series> all) =>
        all.ToDictionary(
            series => series.Name, series => series.Values.Select(value => Math.Round(value, 1)).ToArray());
}
