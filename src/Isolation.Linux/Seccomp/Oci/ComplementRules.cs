using System.Collections.Immutable;

namespace Isolation.Linux.Seccomp.Oci;

/// <summary>
/// Removes the dependence on order from rules with conditions that are followed by a rule for all other arguments of
/// the call: the last rule becomes rules for the remaining arguments.
/// </summary>
/// <remarks>
/// Supported are conditions on values of one argument and, where one of them holds, of the next argument.
/// </remarks>
internal static class ComplementRules
{
    internal static IEnumerable<SystemCallRule> Untangle(string name, IReadOnlyList<SystemCallRule> rules)
    {
        SystemCallRule last = rules[^1];
        ImmutableArray<SystemCallRule> before = [.. rules.SkipLast(1)];
        if (!last.Comparisons.IsEmpty)
        {
            throw Unsupported(name);
        }

        if (before.IsEmpty)
        {
            return [last];
        }

        if (before is [{ Comparisons.Length: > 1 } only])
        {
            // The conditions do not all hold if at least one of them does not.
            return [only, .. only.Comparisons.SelectMany(comparison => Without(name, [comparison]))
                .Select(comparison => last with { Comparisons = [comparison] })];
        }

        // Rules that share a first condition exclusive of all others reduce to the same problem without that condition.
        IGrouping<ArgumentComparison, SystemCallRule>[] groups = [.. before.GroupBy(rule => rule.Comparisons[0])];
        IEnumerable<SystemCallRule> rest = Without(name, [.. groups.Select(group => group.Key)])
            .Select(comparison => last with { Comparisons = [comparison] });
        return [.. groups.SelectMany(group => Within(name, group, last)), .. rest];
    }

    /// <summary>Gets rules for arguments that meet the first condition of a group.</summary>
    private static IEnumerable<SystemCallRule> Within(
        string name, IGrouping<ArgumentComparison, SystemCallRule> group, SystemCallRule last)
    {
        SystemCallRule[] further =
            [.. group.Select(rule => rule with { Comparisons = rule.Comparisons.RemoveAt(0) }), last];
        int end = Array.FindIndex(further, rule => rule.Comparisons.IsEmpty);
        return Untangle(name, further[..(end + 1)])
            .Select(rule => rule with { Comparisons = [group.Key, .. rule.Comparisons] });
    }

    /// <summary>Gets conditions of which exactly one holds if none of the given values matches.</summary>
    private static IEnumerable<ArgumentComparison> Without(string name, ImmutableArray<ArgumentComparison> values)
    {
        ArgumentComparison first = values[0];
        if (values.Length == 1 && first.Operator != ArgumentOperator.MaskedEqual)
        {
            return [first with { Operator = Opposite(first.Operator) }];
        }

        if (values.Any(value => value.Index != first.Index || value.Mask != first.Mask
            || value.Operator is not (ArgumentOperator.Equal or ArgumentOperator.MaskedEqual)))
        {
            throw Unsupported(name);
        }

        return Prefixes(first.Index, first.Mask, [.. values.Select(value => value.Value)]);
    }

    /// <summary>Gets, from the highest bit of the mask down, each prefix that matches none of the values.</summary>
    private static IEnumerable<ArgumentComparison> Prefixes(int index, ulong mask, ImmutableArray<ulong> values)
    {
        ulong decided = 0;
        HashSet<ulong> open = [0];
        for (ulong bit = 1ul << 63; bit != 0; bit >>= 1)
        {
            if ((mask & bit) == 0)
            {
                continue;
            }

            decided |= bit;
            HashSet<ulong> taken = [.. values.Select(value => value & decided)];
            foreach (ulong beginning in open)
            {
                foreach (ulong longer in (ulong[])[beginning, beginning | bit])
                {
                    if (!taken.Contains(longer))
                    {
                        yield return ArgumentComparison.Masked(index, decided, longer);
                    }
                }
            }

            open = taken;
        }
    }

    private static ArgumentOperator Opposite(ArgumentOperator kind) => kind switch
    {
        ArgumentOperator.Equal => ArgumentOperator.NotEqual,
        ArgumentOperator.NotEqual => ArgumentOperator.Equal,
        ArgumentOperator.Less => ArgumentOperator.GreaterOrEqual,
        ArgumentOperator.LessOrEqual => ArgumentOperator.Greater,
        ArgumentOperator.GreaterOrEqual => ArgumentOperator.Less,
        _ => ArgumentOperator.LessOrEqual,
    };

    internal static NotSupportedException Unsupported(string name) =>
        new($"The order of the rules for {name} matters, but the format has no order: write conditions of which at "
            + $"most one can hold, each on a different argument.");
}
