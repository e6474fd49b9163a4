namespace Isolation.Benchmarks.Comparing;

/// <summary>One thing that is to be reached.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Measured">The figure.</param>
/// <param name="Target">What it is to be.</param>
/// <param name="IsReached">Whether it is; null where it could not be measured here.</param>
internal sealed record Verdict(string What, string Measured, string Target, bool? IsReached)
{
    internal string Answer => IsReached switch { true => "yes", false => "no", null => "not measured" };
}
