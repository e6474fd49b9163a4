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

    /// <summary>The commands that have ended and whose entries still contain their results.</summary>
    private readonly Dictionary<int, RunningCommand> _kept = [];
    private int _used;
    private int _linked;

    internal int Count => _running.Count;

    internal IReadOnlyCollection<RunningCommand> Running => _running.Values;

    /// <summary>Gets all commands that hold an entry.</summary>
    internal IEnumerable<RunningCommand> All => _running.Values.Concat(_kept.Values);

    /// <summary>Takes an entry.</summary>
    internal int Take(out bool isFirstUse)
    {
        if (!_free.TryDequeue(out int entry, out _))
        {
            entry = _used < InitProgram.EntryCount
                ? _used++
                : throw new SandboxException(
                    $"Cannot start a command: {InitProgram.EntryCount} are running already"
                    + (_kept.Count == 0 ? "." : $", or have ended and were not disposed ({_kept.Count})."));
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

    /// <summary>Takes the entry of a command that another application sent.</summary>
    internal void Adopt(RunningCommand command)
    {
        for (; _used <= command.Entry; _used++)
        {
            _free.Enqueue(_used, _used);
        }

        // The command may not have been sent, so the next one with this entry adds it to those that init searches,
        // perhaps again.
        _free.Remove(command.Entry, out _, out _);
        Add(command);
    }

    /// <summary>
    /// Frees a command's entry, unless its result must be kept. Returns false if the command released it before.
    /// </summary>
    internal bool TryRelease(RunningCommand command, bool keepsResult)
    {
        if (!Holds(command))
        {
            return false;
        }

        if (keepsResult && !command.IsCollected)
        {
            _running.Remove(command.Entry);
            _kept.Add(command.Entry, command);
        }
        else
        {
            Release(command.Entry);
        }

        return true;
    }

    /// <summary>Frees the entry of a command that has ended, and whose result nobody needs any more.</summary>
    internal void Collect(RunningCommand command)
    {
        command.IsCollected = true;
        if (ReferenceEquals(_kept.GetValueOrDefault(command.Entry), command))
        {
            _kept.Remove(command.Entry);
            _free.Enqueue(command.Entry, command.Entry);
        }
    }
}
