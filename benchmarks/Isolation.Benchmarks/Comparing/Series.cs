using System.Text.Json.Serialization;

namespace Isolation.Benchmarks.Comparing;

/// <summary>The measurements of one contestant, in the order of the rounds.</summary>
/// <param name="Name">The name of the contestant.</param>
/// <param name="Values">The measured values, for example microseconds or launches per second.</param>
internal sealed record Series(string Name, double[] Values)
{
    [JsonIgnore]
    internal double Median => Statistics.Quantile(Values, 0.5);

    [JsonIgnore]
    internal double Percentile95 => Statistics.Quantile(Values, 0.95);

    /// <summary>
    /// Returns the median of the ratios of each round, so that speed changes of the machine between rounds cancel out.
    /// </summary>
    internal double RatioTo(Series other) =>
        Statistics.Quantile([.. Values.Zip(other.Values, (mine, theirs) => mine / theirs)], 0.5);
}
