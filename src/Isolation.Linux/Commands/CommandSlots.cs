using Isolation.Linux.Init;

namespace Isolation.Linux.Commands;

/// <summary>
/// Assigns entries of init's table to commands. A command keeps its entry until all of its processes are gone. The
/// lowest free entry is assigned, so that the chain that init searches stays short.
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
                : throw new SandboxException($"Cannot start a command: {InitProgram.EntryCount} are running already.");
        }

        isFirstUse = entry >= _linked;
        return entry;
    }

    /// <summary>Adds a command whose program is about to be sent.</summary>
    internal void Add(RunningCommand command) => _running[command.Entry] = command;

    /// <summary>
    /// Records that the command's program was sent, which adds the entry to those that init searches.
    /// </summary>
    internal void MarkSent(int entry) => _linked = Math.Max(_linked, entry + 1);

    internal RunningCommand? Find(int entry) => _running.GetValueOrDefault(entry);

    /// <summary>Returns whether the entry still belongs to this command. Its number may have been reassigned.</summary>
    internal bool Holds(RunningCommand command) => ReferenceEquals(Find(command.Entry), command);

    /// <summary>Frees the entry of a command that was not sent.</summary>
    internal void Release(int entry)
    {
        _running.Remove(entry);
        _free.Enqueue(entry, entry);
    }

    /// <summary>Frees a command's entry. Returns false if it was freed before.</summary>
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
