using System.Collections.Immutable;

namespace Isolation.Linux.Seccomp.Profiles;

/// <summary>
/// Creates rules from lists of names, one line per group of calls; text after # on a line is a comment.
/// </summary>
internal static class RuleText
{
    internal static SystemCallRule Allow(string names) => new(Names(names), SystemCallAction.Allow);

    internal static SystemCallRule Deny(int error, string names) => new(Names(names), SystemCallAction.Errno(error));

    internal static SystemCallRule When(
        this SystemCallRule rule, params ImmutableArray<ArgumentComparison> comparisons) =>
        rule with { Comparisons = comparisons };

    internal static ImmutableArray<string> Names(string text) =>
        [.. text.Split('\n').Select(line => line.Split('#')[0]).SelectMany(
            line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
