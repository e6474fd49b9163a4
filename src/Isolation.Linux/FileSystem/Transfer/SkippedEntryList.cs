using System.Collections.Immutable;
using Isolation.Linux.Interop;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Collects the items that were not copied out of a sandbox, up to a limited size.</summary>
internal sealed class SkippedEntryList
{
    /// <summary>
    /// The maximum length of the report about skipped items, in characters. Payloads choose the names.
    /// </summary>
    private const int Capacity = 8 << 20;

    private readonly ImmutableArray<SkippedEntry>.Builder _entries = ImmutableArray.CreateBuilder<SkippedEntry>();
    private long _length;

    /// <summary>Gets the number of items.</summary>
    internal int Count => _entries.Count;

    /// <summary>Gets the items.</summary>
    internal ImmutableArray<SkippedEntry> ToImmutable() => _entries.ToImmutable();

    /// <summary>Adds an item because of its type.</summary>
    internal void AddOfType(CopyOutTarget place, int type) => Add(place, Describe(type));

    /// <summary>Adds an item that could not be opened or read.</summary>
    /// <param name="place">The item; null for the copied directory itself.</param>
    /// <param name="result">The negated error number.</param>
    internal void Add(CopyOutTarget? place, long result) => Add(place, result switch
    {
        -Errno.EXDEV => "a mount",
        -Errno.EAGAIN => "leased by a process",
        _ => ErrnoText.Name((int)-result),
    });

    /// <summary>Adds an item.</summary>
    /// <param name="place">The item; null for the copied directory itself.</param>
    /// <param name="reason">The reason why it is not copied.</param>
    internal void Add(CopyOutTarget? place, string reason)
    {
        string path = place?.ToString() ?? ".";
        _length += path.Length;
        if (_length > Capacity)
        {
            throw TransferRefusal.TooMuchLeftOut(CopyOutSource.Step(null), Capacity);
        }

        _entries.Add(new SkippedEntry(path, reason));
    }

    private static string Describe(int type) => type switch
    {
        Kernel.LinkFile => "a symbolic link",
        Kernel.FifoFile => "a FIFO",
        Kernel.SocketFile => "a socket",
        _ => "a device",
    };
}
