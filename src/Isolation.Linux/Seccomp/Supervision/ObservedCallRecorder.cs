using System.Collections.Immutable;
using Isolation.Linux.Seccomp.Compiling;

namespace Isolation.Linux.Seccomp.Supervision;

/// <summary>
/// Records the observed system calls of a command. Its size is bounded whatever a payload does: unassigned call numbers
/// share one entry.
/// </summary>
internal sealed class ObservedCallRecorder
{
    private const int MostExamples = 8;
    private const int NoCall = -1;

    private readonly Dictionary<(int Number, uint Result), Entry> _entries = [];

    internal void Add(int number, uint result, ReadOnlySpan<ulong> arguments)
    {
        int key = Tables.SystemCallNames.Current.NameOf(number) is null ? NoCall : number;
        lock (_entries)
        {
            if (!_entries.TryGetValue((key, result), out Entry? entry))
            {
                _entries.Add((key, result), entry = new Entry(number));
            }

            entry.Count++;
            if (entry.Examples.Count < MostExamples)
            {
                entry.AddExample(SupervisedCall.Arguments(number, arguments));
            }
        }
    }

    /// <summary>Gets the recorded calls, most frequent first.</summary>
    internal ImmutableArray<ObservedCall> Read()
    {
        lock (_entries)
        {
            return
            [
                .. _entries
                    .Select(
                        entry => new ObservedCall(
                            SupervisedCall.NameOf(entry.Value.Number), FilterResult.ActionOf(entry.Key.Result),
                            entry.Value.Count)
                    {
                        Examples = [.. entry.Value.Examples],
                    })
                    .OrderByDescending(call => call.Count).ThenBy(call => call.Name, StringComparer.Ordinal),
            ];
        }
    }

    private sealed class Entry(int number)
    {
        internal int Number { get; } = number;

        internal long Count { get; set; }

        internal List<ImmutableArray<SystemCallArgument>> Examples { get; } = [];

        /// <summary>Adds an example unless an equal one exists; addresses are ignored in the comparison.</summary>
        internal void AddExample(ImmutableArray<SystemCallArgument> arguments)
        {
            foreach (ImmutableArray<SystemCallArgument> example in Examples)
            {
                if (example.AsSpan().SequenceEqual(arguments.AsSpan()))
                {
                    return;
                }
            }

            Examples.Add(arguments);
        }
    }
}
