namespace Isolation.Benchmarks.Comparing;

internal static class Statistics
{
    /// <summary>Returns a quantile of the values, interpolated linearly between neighbouring values.</summary>
    internal static double Quantile(double[] values, double part)
    {
        double[] sorted = [.. values.Order()];
        double position = part * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (position - below));
    }
}
