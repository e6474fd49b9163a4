using System.Runtime.CompilerServices;

namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>Lowers the clauses of one system call to tests.</summary>
/// <remarks>
/// The low halves are tested first: they differ more often, and a value that is already in the register need not be
/// loaded again for the next clause. Tests whose answers are known from earlier tests are skipped, unless that makes
/// the graph much larger; in that case each clause is lowered separately.
/// </remarks>
internal sealed class ClauseLowering
{
    private const int Effort = 20_000;

    /// <summary>The number of clauses that may be skipped: enough for several hundred values of one argument.</summary>
    private const int Patience = 300_000;

    private readonly DecisionGraph _graph;
    private readonly List<CallClause> _clauses;
    private readonly uint _otherwise;
    private readonly Dictionary<WordTest, int> _lastUse = [];
    private readonly Dictionary<int, int> _lastUseOfWord = [];
    private readonly Dictionary<(int Clause, int Comparison, string Facts), Decision> _made = [];
    private int _effort;
    private int _passedOver;

    private ClauseLowering(DecisionGraph graph, List<CallClause> clauses, uint otherwise)
    {
        _graph = graph;
        _clauses = clauses;
        _otherwise = otherwise;
        for (int index = 0; index < clauses.Count; index++)
        {
            foreach (WordTest test in clauses[index].Comparisons.SelectMany(WordTests.All))
            {
                _lastUse[test] = index;
                _lastUseOfWord[test.Offset] = index;
            }
        }
    }

    internal static Decision Lower(DecisionGraph graph, List<CallClause> clauses, uint otherwise, bool isPlain) =>
        clauses is [{ Comparisons.IsEmpty: true }] ? graph.Result(clauses[0].Result)
        : (isPlain ? null : new ClauseLowering(graph, clauses, otherwise).TryLowerWithFacts(0, 0, ArgumentFacts.None))
        ?? LowerPlainly(graph, clauses, otherwise);

    /// <summary>Lowers each clause separately, from the last to the first.</summary>
    private static Decision LowerPlainly(DecisionGraph graph, List<CallClause> clauses, uint otherwise)
    {
        Decision next = graph.Result(otherwise);
        for (int index = clauses.Count - 1; index >= 0; index--)
        {
            Decision holds = graph.Result(clauses[index].Result);
            for (int position = clauses[index].Comparisons.Length - 1; position >= 0; position--)
            {
                HalfTests tests = WordTests.Split(clauses[index].Comparisons[position]);
                (Decision yes, Decision no) = tests.IsReversed ? (next, holds) : (holds, next);
                if (tests.Above is { } above)
                {
                    Decision low = graph.Ask(tests.Low!.Value, yes, no);
                    holds = graph.Ask(above, yes, graph.Ask(tests.High!.Value, low, no));
                }
                else
                {
                    Decision high = tests.High is { } ofHigh ? graph.Ask(ofHigh, yes, no) : yes;
                    holds = tests.Low is { } ofLow ? graph.Ask(ofLow, high, no) : high;
                }
            }

            next = holds;
        }

        return next;
    }

    /// <summary>
    /// Tries to lower the clauses using known facts; returns <see langword="null"/> if the effort is too large.
    /// </summary>
    private Decision? TryLowerWithFacts(int clause, int comparison, ArgumentFacts facts)
    {
        while (comparison == 0 && clause < _clauses.Count && IsRefuted(_clauses[clause], facts))
        {
            clause++;
            _passedOver++;
        }

        if (clause == _clauses.Count)
        {
            return _graph.Result(_otherwise);
        }

        if (comparison == _clauses[clause].Comparisons.Length)
        {
            return _graph.Result(_clauses[clause].Result);
        }

        facts = facts.Keep(word => _lastUseOfWord[word] >= clause, test => _lastUse[test] >= clause);
        (int, int, string) key = (clause, comparison, facts.Key);
        if (_made.TryGetValue(key, out Decision? made))
        {
            return made;
        }

        if (++_effort > Effort || _passedOver > Patience || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            _effort = Effort;
            return null;
        }

        HalfTests tests = WordTests.Split(_clauses[clause].Comparisons[comparison]);
        Decision? Go(ArgumentFacts known, bool answer) =>
            answer != tests.IsReversed
                ? TryLowerWithFacts(clause, comparison + 1, known)
                : TryLowerWithFacts(clause + 1, 0, known);
        Decision? decision = tests.Above is { } above
            ? Ask(above, facts, known => Go(known, true), known => AskBoth(tests.High, tests.Low, known, Go))
            : AskBoth(tests.Low, tests.High, facts, Go);
        if (decision is not null)
        {
            _made.Add(key, decision);
        }

        return decision;
    }

    /// <summary>
    /// Returns whether the known facts already rule out a clause, which shortens chains of values of one argument.
    /// </summary>
    private static bool IsRefuted(CallClause clause, ArgumentFacts facts)
    {
        foreach (ArgumentComparison comparison in clause.Comparisons)
        {
            HalfTests tests = WordTests.Split(comparison);
            if (tests is { Above: null, IsReversed: false }
                && ((tests.Low is { } low && facts.Answer(low) == false)
                    || (tests.High is { } high && facts.Answer(high) == false)))
            {
                return true;
            }
        }

        return false;
    }

    private Decision? AskBoth(
        WordTest? first, WordTest? second, ArgumentFacts facts, Func<ArgumentFacts, bool, Decision?> go) =>
        Ask(first, facts, known => Ask(second, known, both => go(both, true), both => go(both, false)),
            known => go(known, false));

    private Decision? Ask(
        WordTest? test, ArgumentFacts facts, Func<ArgumentFacts, Decision?> yes, Func<ArgumentFacts, Decision?> no)
    {
        if (test is not { } asked)
        {
            return yes(facts);
        }

        if (facts.Answer(asked) is { } answer)
        {
            return answer ? yes(facts) : no(facts);
        }

        return yes(facts.With(asked, true)) is { } whereTrue && no(facts.With(asked, false)) is { } whereFalse
            ? _graph.Ask(asked, whereTrue, whereFalse)
            : null;
    }
}
