namespace Isolation.Linux.Networking.Netlink;

/// <summary>Represents a message in a batch, as far as an error about it has to be explained.</summary>
/// <param name="action">The purpose.</param>
/// <param name="target">The object; null if there is none.</param>
/// <param name="start">The position of the message in the batch, in bytes.</param>
internal sealed class NetlinkRequest(string action, string? target, int start)
{
    private readonly List<(int Position, Type Names, ushort Type)> _attributes = [];

    internal string Action { get; } = action;

    internal string? Target { get; } = target;

    internal int Start { get; } = start;

    /// <summary>Notes the position of an attribute in the batch.</summary>
    internal void Mark(int position, Type names, ushort type) => _attributes.Add((position - Start, names, type));

    /// <summary>Finds the name of the attribute at a position in the message; null if there is none.</summary>
    internal string? AttributeAt(int offset)
    {
        foreach ((int position, Type names, ushort type) in _attributes)
        {
            if (position == offset)
            {
                return KernelNames.Of(names, type);
            }
        }

        return null;
    }
}
