namespace Isolation.Benchmarks.Comparing;

/// <summary>Represents a performance target and its measurement.</summary>
/// <param name="What">The measured quantity.</param>
/// <param name="Measured">The measured figure.</param>
/// <param name="Target">The target for the figure.</param>
/// <param name="IsReached"><see langword="true"/> if the target is met; null if this host cannot measure it.</param>
internal sealed record Verdict(string What, string Measured, string Target, bool? IsReached)
{
    internal string Answer => IsReached switch { true => "yes", false => "no", null => "not measured" };
}
