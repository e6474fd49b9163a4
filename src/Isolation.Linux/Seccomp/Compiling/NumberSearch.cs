namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// Builds the search for a call by its number. Adjacent numbers with the same decision form one interval. The intervals
/// form a tree of logarithmic depth in which frequent calls are closer to the root.
/// </summary>
internal static class NumberSearch
{
    private const int OrdinaryWeight = 2;
    private const int FrequentWeight = 24;

    /// <summary>The weight of read and write, which some programs call almost exclusively.</summary>
    private const int HottestWeight = 240;

    private static readonly string[] Frequent =
    [
        "openat", "close", "fstat", "newfstatat", "lseek", "mmap", "munmap", "mprotect", "brk", "futex",
        "ioctl", "poll",
        "epoll_wait", "epoll_pwait", "recvfrom", "sendto", "rt_sigprocmask", "getpid", "getppid", "gettid", "madvise",
    ];

    internal static List<NumberInterval> Merge(
        FilterRules rules, IReadOnlyDictionary<int, Decision> calls, DecisionGraph graph)
    {
        HashSet<int> frequent = [.. Frequent.Select(rules.Target.Names.Find).OfType<int>()];
        HashSet<int> hottest = [.. ((string[])["read", "write"]).Select(rules.Target.Names.Find).OfType<int>()];
        List<NumberInterval> intervals = [];
        void Add(uint first, Decision decision, int weight)
        {
            if (intervals.Count > 0 && intervals[^1].Decision == decision)
            {
                intervals[^1] = intervals[^1] with { Weight = Math.Max(intervals[^1].Weight, weight) };
            }
            else
            {
                intervals.Add(new NumberInterval(first, decision, weight));
            }
        }

        Decision otherwise = graph.Result(rules.DefaultResult);
        for (int number = 0; number <= rules.Target.Names.Newest; number++)
        {
            int weight = hottest.Contains(number) ? HottestWeight : frequent.Contains(number)
                ? FrequentWeight
                : OrdinaryWeight;
            Add((uint)number, calls.GetValueOrDefault(number, otherwise), weight);
        }

        Add((uint)rules.Target.Names.Newest + 1, graph.Result(rules.NewerResult), 1);
        Add(FilterRules.FirstForeignNumber, graph.Result(rules.ForeignResult), 1);
        return intervals;
    }

    internal static Decision Build(DecisionGraph graph, ReadOnlySpan<NumberInterval> intervals)
    {
        if (intervals.Length == 1)
        {
            return intervals[0].Decision;
        }

        if (intervals.Length == 3 && intervals[0].Decision == intervals[2].Decision
            && intervals[2].First == intervals[1].First + 1)
        {
            return graph.Ask(
                new WordTest(CallData.Number, FilterInstruction.JumpIfEqual, intervals[1].First), intervals[1].Decision,
                intervals[0].Decision);
        }

        int split = FindSplit(intervals);
        return graph.Ask(
            new WordTest(CallData.Number, FilterInstruction.JumpIfGreaterOrEqual, intervals[split].First),
            Build(graph, intervals[split..]),
            Build(graph, intervals[..split]));
    }

    /// <summary>Finds the split at which both sides have nearly the same weight.</summary>
    private static int FindSplit(ReadOnlySpan<NumberInterval> intervals)
    {
        int total = 0;
        foreach (NumberInterval interval in intervals)
        {
            total += interval.Weight;
        }

        int best = 1, bestDifference = int.MaxValue, left = 0;
        for (int split = 1; split < intervals.Length; split++)
        {
            left += intervals[split - 1].Weight;
            int difference = Math.Abs(total - (2 * left));
            if (difference < bestDifference)
            {
                (best, bestDifference) = (split, difference);
            }
        }

        return best;
    }
}
