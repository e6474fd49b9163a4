using System.Collections.Immutable;
using System.Globalization;
using Isolation.Linux.Host;

namespace Isolation.Linux.Commands;

/// <summary>
/// Represents the CPUs on which a command with a CPU limit runs: as many as the limit, rounded up. Programs size
/// themselves by the number of CPUs that they may use, and one with more threads than its limit allows is throttled.
/// </summary>
internal sealed class ProcessorShare : IDisposable
{
    private static readonly Lazy<ImmutableArray<int>> Available = new(static () =>
        Parse(HostFiles.Current.ReadStatus("Cpus_allowed_list") ?? ""));

    private static readonly Lock Gate = new();

    /// <summary>The number of commands on each CPU.</summary>
    private static readonly Dictionary<int, int> Loads = [];

    /// <summary>The position at which the next search begins, so that no CPU is preferred.</summary>
    private static int _next;

    private bool _isReleased;

    private ProcessorShare(ImmutableArray<int> processors) => Processors = processors;

    internal ImmutableArray<int> Processors { get; }

    /// <summary>
    /// Takes the CPUs with the fewest commands; null if the command or its sandbox has its own, or may use all.
    /// </summary>
    internal static ProcessorShare? TryTake(SandboxCommand command, SandboxLimits? limits)
    {
        // A payload in the place of init is a container, whose processes the host's scheduler distributes.
        if (limits?.Cpu is not { } cpu || limits.Cpus.Length > 0 || command.Affinity.Length > 0
            || command.Role == CommandRole.Init)
        {
            return null;
        }

        ImmutableArray<int> available = Available.Value;
        double count = Math.Ceiling(cpu);
        return count < available.Length ? Take(available, (int)count) : null;
    }

    /// <summary>Parses a list of CPUs, such as <c>0-3,8</c>; see cpuset(7), <i>List format</i>.</summary>
    internal static ImmutableArray<int> Parse(string list)
    {
        ImmutableArray<int>.Builder all = ImmutableArray.CreateBuilder<int>();
        foreach (string range in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int[] ends = [.. range.Split('-').Select(static end => int.Parse(end, CultureInfo.InvariantCulture))];
            all.AddRange(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }

        return all.ToImmutable();
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (_isReleased)
            {
                return;
            }

            _isReleased = true;
            foreach (int processor in Processors)
            {
                Loads[processor]--;
            }
        }
    }

    private static ProcessorShare Take(ImmutableArray<int> available, int count)
    {
        // The thread that sends the command has work to do meanwhile, so its CPU comes last.
        int current = Thread.GetCurrentProcessorId();
        ImmutableArray<int>.Builder taken = ImmutableArray.CreateBuilder<int>(count);
        lock (Gate)
        {
            _next = (_next + 1) % available.Length;
            while (taken.Count < count)
            {
                int best = -1;
                (int, bool) least = default;
                for (int index = 0; index < available.Length; index++)
                {
                    int processor = available[(_next + index) % available.Length];
                    (int, bool) load = (Loads.GetValueOrDefault(processor), processor == current);
                    if (!taken.Contains(processor) && (best < 0 || load.CompareTo(least) < 0))
                    {
                        (best, least) = (processor, load);
                    }
                }

                taken.Add(best);
            }

            foreach (int processor in taken)
            {
                Loads[processor] = Loads.GetValueOrDefault(processor) + 1;
            }

            return new ProcessorShare(taken.MoveToImmutable());
        }
    }
}
