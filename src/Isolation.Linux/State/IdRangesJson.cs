using System.Collections.Immutable;

namespace Isolation.Linux.State;

/// <summary>Converts the id map of a detached sandbox to and from JSON; see <see cref="StateJson"/>.</summary>
internal static class IdRangesJson
{
    /// <summary>Writes the ranges of a map.</summary>
    /// <exception cref="SandboxException">A part is invalid or unknown.</exception>
    internal static byte[] Write(ImmutableArray<IdRange> ranges) => StateJson.Write(ranges, "id map");

    /// <summary>Reads the ranges of a map without validating them.</summary>
    /// <exception cref="SandboxException">The document is invalid.</exception>
    internal static ImmutableArray<IdRange> Read(ReadOnlySpan<byte> json) =>
        StateJson.Read<ImmutableArray<IdRange>>(json, "id map");
}
