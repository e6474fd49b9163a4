namespace Isolation.ArchitectureTests.Rules;

/// <summary>
/// Restricts the references of a layer to its list; a name that ends in <c>.*</c> permits all names with that prefix.
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
