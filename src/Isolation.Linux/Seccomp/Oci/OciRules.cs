using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Seccomp.Oci;

/// <summary>Converts between the unordered rules of the format and the ordered rules of filters.</summary>
internal static class OciRules
{
    private static string[] Architectures { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? ["arm64", "aarch64", "SCMP_ARCH_AARCH64"]
        : ["amd64", "x86_64", "SCMP_ARCH_X86_64"];

    /// <summary>
    /// Returns whether a rule applies to the given capabilities, this architecture and the given kernel.
    /// </summary>
    internal static bool IsFor(OciProfile.Rule rule, OciSeccompOptions options)
    {
        ImmutableArray<string> capabilities = options.Capabilities.IsDefault ? [] : options.Capabilities;
        Version kernel = options.KernelVersion ?? Environment.OSVersion.Version;
        bool IsNewEnough(string? least) => least is null || kernel >= Version.Parse(least.Split('-')[0]);
        bool isIncluded = rule.Includes is not { } includes
            || ((includes.Caps ?? []).All(capabilities.Contains)
                && (includes.Arches is null or [] || includes.Arches.Intersect(Architectures).Any())
                && IsNewEnough(includes.MinKernel));
        bool isExcluded = rule.Excludes is { } excludes
            && ((excludes.Caps ?? []).Any(capabilities.Contains)
                || (excludes.Arches ?? []).Intersect(Architectures).Any()
                || (excludes.MinKernel is not null && IsNewEnough(excludes.MinKernel)));
        return isIncluded && !isExcluded;
    }

    internal static IEnumerable<SystemCallRule> Read(OciProfile.Rule rule, ImmutableArray<string> names)
    {
        SystemCallRule plain = new(names, OciWords.ReadAction(rule.Action, rule.ErrnoRet));
        ImmutableArray<ArgumentComparison> comparisons = [.. (rule.Args ?? []).Select(OciWords.Read)];
        return comparisons.DistinctBy(comparison => comparison.Index).Count() < comparisons.Length
            ? comparisons.Select(comparison => plain with { Comparisons = [comparison] })
            : [plain with { Comparisons = comparisons }];
    }

    /// <summary>
    /// Moves unconditional rules to the front, because they override all other rules for the same call.
    /// </summary>
    internal static ImmutableArray<SystemCallRule> WholeCallsFirst(IEnumerable<SystemCallRule> rules) =>
        [.. rules.OrderBy(rule => rule.Comparisons.IsEmpty ? 0 : 1)];

    /// <summary>Gets equivalent rules whose order makes no difference.</summary>
    /// <exception cref="NotSupportedException">The order of the rules matters.</exception>
    internal static IEnumerable<SystemCallRule> Unordered(ImmutableArray<SystemCallRule> rules)
    {
        Dictionary<string, List<SystemCallRule>> calls = [];
        foreach (SystemCallRule rule in rules)
        {
            foreach (string name in rule.Names)
            {
                List<SystemCallRule> known = CollectionsMarshal.GetValueRefOrAddDefault(calls, name, out _) ??= [];
                if (known.Count == 0 || !known[^1].Comparisons.IsEmpty)
                {
                    known.Add(rule with { Names = [name] });
                }
            }
        }

        foreach ((string name, List<SystemCallRule> known) in calls)
        {
            if (known.Any(
                rule => rule.Comparisons.DistinctBy(comparison => comparison.Index).Count() < rule.Comparisons.Length))
            {
                // In the format, a rule that names an argument more than once matches if any of its conditions holds.
                throw ComplementRules.Unsupported(name);
            }

            if (known.Any(rule => rule.Action != known[0].Action) && !AreApart(known))
            {
                foreach (SystemCallRule rule in ComplementRules.Untangle(name, known))
                {
                    yield return rule;
                }

                continue;
            }

            foreach (SystemCallRule rule in known.Any(rule => rule.Comparisons.IsEmpty) ? known[^1..] : known)
            {
                yield return rule;
            }
        }
    }

    /// <summary>
    /// Returns whether no two of the rules can match the same arguments, as far as a single argument with contradicting
    /// values shows it.
    /// </summary>
    private static bool AreApart(List<SystemCallRule> rules) =>
        rules.All(
            rule => rules.All(other => ReferenceEquals(rule, other)
                || rule.Comparisons.Any(left => other.Comparisons.Any(right => AreApart(left, right)))));

    private static bool AreApart(ArgumentComparison left, ArgumentComparison right) =>
        left.Index == right.Index && IsEquality(left) && IsEquality(right)
            && ((left.Value ^ right.Value) & left.Mask & right.Mask) != 0;

    private static bool IsEquality(ArgumentComparison comparison) =>
        comparison.Operator is ArgumentOperator.Equal or ArgumentOperator.MaskedEqual;
}
