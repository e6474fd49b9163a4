using System.Collections.Immutable;
using Isolation.Linux.Interop;
using Isolation.Linux.Seccomp.Profiles;

namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// The front end: represents a filter and its profile as rules by call number. Clauses after an unconditional clause
/// are dropped, because they are never reached.
/// </summary>
internal sealed class FilterRules
{
    /// <summary>
    /// The bit that marks system calls of the x32 ABI, which the kernel reports with the architecture of x86-64
    /// (__X32_SYSCALL_BIT).
    /// </summary>
    internal const uint FirstForeignNumber = 0x40000000;

    private bool? _hasFatalResult;

    private FilterRules(FilterTarget target, SystemCallAction defaultAction)
    {
        Target = target;
        DefaultResult = FilterResult.Of(defaultAction);
        bool isError = defaultAction.Kind == SystemCallActionKind.Errno;
        NewerResult = isError ? FilterResult.Errno | Errno.ENOSYS : DefaultResult;
        ForeignResult = IsFatal(DefaultResult) ? DefaultResult : FilterResult.Errno | Errno.ENOSYS;
    }

    private FilterRules(FilterRules other, Func<uint, uint> change)
    {
        Target = other.Target;
        DefaultResult = change(other.DefaultResult);
        NewerResult = change(other.NewerResult);
        ForeignResult = other.ForeignResult;
    }

    internal FilterTarget Target { get; }

    /// <summary>Gets the result for calls that match no rule.</summary>
    internal uint DefaultResult { get; }

    /// <summary>Gets the result for calls that are newer than the tables.</summary>
    internal uint NewerResult { get; }

    /// <summary>Gets the result for x32 calls and for unassigned numbers.</summary>
    internal uint ForeignResult { get; }

    /// <summary>Gets the clauses of each call that a rule names, in order.</summary>
    internal SortedDictionary<int, List<CallClause>> Calls { get; } = [];

    internal bool HasNotify { get; private set; }

    /// <summary>Gets a value indicating whether any call ends in SIGSYS.</summary>
    internal bool HasFatalResult => _hasFatalResult ??= IsFatal(DefaultResult)
        || Calls.Values.Any(clauses => clauses.Any(clause => IsFatal(clause.Result)));

    /// <summary>Expands a filter and its profile to rules for an architecture.</summary>
    /// <exception cref="SandboxException">A name is not a system call.</exception>
    internal static FilterRules Expand(SystemCallFilter filter, FilterTarget target)
    {
        ProfileContent profile = ProfileContent.Of(filter.Profile);
        SystemCallAction defaultAction = filter.DefaultAction ?? profile.DefaultAction;
        FilterRules rules = new(target,
            defaultAction)
        { HasNotify = defaultAction.Kind == SystemCallActionKind.Notify };
        rules.Add(filter.Rules.AsSpan());
        rules.Add(profile.Rules.AsSpan());
        return rules;
    }

    /// <summary>Creates rules that refer each observed call to the application.</summary>
    internal FilterRules Observing(SystemCallObservation observation)
    {
        FilterRules rules = new(this, result => IsObserved(result, observation) ? FilterResult.Notify : result);
        rules.HasNotify = HasNotify || observation != SystemCallObservation.None;
        foreach ((int number, List<CallClause> clauses) in Calls)
        {
            rules.Calls.Add(
                number,
                [.. clauses.Select(
                    clause => clause with { Result = IsObserved(
                        clause.Result, observation) ? FilterResult.Notify : clause.Result })]);
        }

        return rules;
    }

    private static bool IsFatal(uint result) =>
        FilterResult.ActionOf(result).Kind is SystemCallActionKind.KillProcess or SystemCallActionKind.KillThread
            or SystemCallActionKind.Trap;

    /// <summary>
    /// Returns whether a result is observed. Traps and tracers are left to the payload that uses them.
    /// </summary>
    private static bool IsObserved(uint result, SystemCallObservation observation) =>
        FilterResult.ActionOf(result).Kind switch
        {
            SystemCallActionKind.Errno or SystemCallActionKind.KillProcess or SystemCallActionKind.KillThread =>
                observation != SystemCallObservation.None,
            SystemCallActionKind.Allow or SystemCallActionKind.Log => observation == SystemCallObservation.All,
            _ => false,
        };

    /// <summary>Evaluates the rules for a call; the reference against which compiled filters are tested.</summary>
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
