using System.Collections.Immutable;
using Isolation.Linux.Interop;
using Isolation.Linux.Seccomp.Profiles;

namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// The front end: a filter with its profile as rules by number. What comes after a rule without conditions is left out, since
/// it never decides.
/// </summary>
internal sealed class FilterRules
{
    /// <summary>The bit that marks calls of the x32 ABI, which enters the kernel as x86-64 does (__X32_SYSCALL_BIT).</summary>
    internal const uint FirstForeignNumber = 0x40000000;

    private FilterRules(FilterTarget target, SystemCallAction defaultAction)
    {
        Target = target;
        DefaultResult = FilterResult.Of(defaultAction);
        bool isError = defaultAction.Kind == SystemCallActionKind.Errno;
        bool isFatal = defaultAction.Kind is SystemCallActionKind.KillProcess or SystemCallActionKind.KillThread or SystemCallActionKind.Trap;
        NewerResult = isError ? FilterResult.Errno | Errno.ENOSYS : DefaultResult;
        ForeignResult = isFatal ? DefaultResult : FilterResult.Errno | Errno.ENOSYS;
    }

    internal FilterTarget Target { get; }

    /// <summary>The result for calls that no rule decides.</summary>
    internal uint DefaultResult { get; }

    /// <summary>The result for calls that are newer than the tables.</summary>
    internal uint NewerResult { get; }

    /// <summary>The result for calls of x32, and for numbers that no call has.</summary>
    internal uint ForeignResult { get; }

    /// <summary>The clauses of each call that some rule names, in order.</summary>
    internal SortedDictionary<int, List<CallClause>> Calls { get; } = [];

    internal bool HasNotify { get; private set; }

    /// <exception cref="SandboxException">A name stands for no call.</exception>
    internal static FilterRules Expand(SystemCallFilter filter, FilterTarget target)
    {
        ProfileContent profile = ProfileContent.Of(filter.Profile);
        SystemCallAction defaultAction = filter.DefaultAction ?? profile.DefaultAction;
        FilterRules rules = new(target, defaultAction) { HasNotify = defaultAction.Kind == SystemCallActionKind.Notify };
        rules.Add(filter.Rules.AsSpan());
        rules.Add(profile.Rules.AsSpan());
        return rules;
    }

    /// <summary>What the rules say of a call: the reference that compiled filters are held against.</summary>
    internal uint Evaluate(uint number, ReadOnlySpan<ulong> arguments)
    {
        if (number >= FirstForeignNumber)
        {
            return ForeignResult;
        }

        if (Calls.TryGetValue((int)number, out List<CallClause>? clauses))
        {
            foreach (CallClause clause in clauses)
            {
                if (Holds(clause.Comparisons, arguments))
                {
                    return clause.Result;
                }
            }

            return DefaultResult;
        }

        return number > Target.Names.Newest ? NewerResult : DefaultResult;
    }

    private static bool Holds(ImmutableArray<ArgumentComparison> comparisons, ReadOnlySpan<ulong> arguments)
    {
        foreach (ArgumentComparison comparison in comparisons)
        {
            ulong argument = arguments[comparison.Index];
            bool holds = comparison.Operator switch
            {
                ArgumentOperator.NotEqual => argument != comparison.Value,
                ArgumentOperator.Less => argument < comparison.Value,
                ArgumentOperator.LessOrEqual => argument <= comparison.Value,
                ArgumentOperator.Equal => argument == comparison.Value,
                ArgumentOperator.GreaterOrEqual => argument >= comparison.Value,
                ArgumentOperator.Greater => argument > comparison.Value,
                _ => (argument & comparison.Mask) == comparison.Value,
            };
            if (!holds)
            {
                return false;
            }
        }

        return true;
    }

    private void Add(ReadOnlySpan<SystemCallRule> rules)
    {
        foreach (SystemCallRule rule in rules)
        {
            HasNotify |= rule.Action.Kind == SystemCallActionKind.Notify;
            CallClause clause = new(rule.Comparisons.IsDefault ? [] : rule.Comparisons, FilterResult.Of(rule.Action));
            foreach (string name in rule.Names)
            {
                if (Target.Names.Find(name) is { } number)
                {
                    Add(number, clause);
                }
            }
        }
    }

    private void Add(int number, CallClause clause)
    {
        if (!Calls.TryGetValue(number, out List<CallClause>? clauses))
        {
            Calls.Add(number, clauses = []);
        }

        if (clauses.Count == 0 || !clauses[^1].Comparisons.IsEmpty)
        {
            clauses.Add(clause);
        }
    }
}
