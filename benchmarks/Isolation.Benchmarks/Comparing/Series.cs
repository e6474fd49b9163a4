using System.Text.Json.Serialization;

namespace Isolation.Benchmarks.Comparing;

/// <summary>What was measured of one contestant, in the order of the rounds.</summary>
/// <param name="Name">Who.</param>
/// <param name="Values">Microseconds, or launches per second.</param>
internal sealed record Series(string Name, double[] Values)
{
    [JsonIgnore]
    internal double Median => Statistics.Quantile(Values, 0.5);

    [JsonIgnore]
    internal double Percentile95 => Statistics.Quantile(Values, 0.95);

    /// <summary>
    /// The median of what each round says, so that a change of the machine's speed between rounds does not count.
    /// </summary>
    internal double RatioTo(Series other) =>
        Statistics.Quantile([.. Values.Zip(other.Values, (mine, theirs) => mine / theirs)], 0.5);
}
