using Isolation.Linux.Init;

namespace Isolation.Linux.Commands;

/// <summary>
/// Which entries of init's table are in use, and by which command. A command keeps its entry until nothing is left of
/// it. The lowest free one is taken, so the chain that init searches stays short.
/// </summary>
internal sealed class CommandSlots
{
    private readonly PriorityQueue<int, int> _free = new();
    private readonly Dictionary<int, RunningCommand> _running = [];
    private int _used;
    private int _linked;

    internal int Count => _running.Count;

    internal IReadOnlyCollection<RunningCommand> Running => _running.Values;

    /// <summary>Takes an entry.</summary>
    internal int Take(out bool isFirstUse)
    {
        if (!_free.TryDequeue(out int entry, out _))
        {
            entry = _used < InitProgram.EntryCount
                ? _used++
                : throw new SandboxException($"A sandbox runs at most {InitProgram.EntryCount} commands at once.");
        }

        isFirstUse = entry >= _linked;
        return entry;
    }

    /// <summary>The command's program is about to be sent.</summary>
    internal void Add(RunningCommand command) => _running[command.Entry] = command;

    /// <summary>The command's program was sent, and adds the entry to those that init searches.</summary>
    internal void MarkSent(int entry) => _linked = Math.Max(_linked, entry + 1);

    internal RunningCommand? Find(int entry) => _running.GetValueOrDefault(entry);

    /// <summary>Whether the entry is still this command's: its number alone may be another one's by now.</summary>
    internal bool Holds(RunningCommand command) => ReferenceEquals(Find(command.Entry), command);

    /// <summary>Frees an entry that was taken for a command that was not sent.</summary>
    internal void Release(int entry)
    {
        _running.Remove(entry);
        _free.Enqueue(entry, entry);
    }

    /// <summary>Frees a command's entry. False if that was done before.</summary>
    internal bool TryRelease(RunningCommand command)
    {
        if (!Holds(command))
        {
            return false;
        }

        Release(command.Entry);
        return true;
    }
}
