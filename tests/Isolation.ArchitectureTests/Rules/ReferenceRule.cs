namespace Isolation.ArchitectureTests.Rules;

/// <summary>
/// A layer references nothing but what its list allows; a name that ends in <c>.*</c> stands for a family.
/// </summary>
internal static class ReferenceRule
{
    public static IEnumerable<string> Violations(IEnumerable<string> references, params string[] allowed) =>
        references.Where(reference => !allowed.Any(pattern => Matches(reference, pattern)));

    private static bool Matches(string reference, string pattern) =>
        pattern.EndsWith(".*", StringComparison.Ordinal)
            ? reference.StartsWith(pattern[..^1], StringComparison.Ordinal)
            : reference == pattern;
}
