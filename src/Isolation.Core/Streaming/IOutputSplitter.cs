using System.Buffers;

namespace Isolation;

/// <summary>Splits the output of a command into pieces.</summary>
internal interface IOutputSplitter<T>
{
    /// <summary>
    /// Tries to take a piece from the start of the buffer. Returns <see langword="false"/> if more bytes are required.
    /// </summary>
    /// <param name="source">The output that the bytes come from.</param>
    /// <param name="bytes">The bytes that have been read but not taken; on return, the remaining bytes.</param>
    /// <param name="isLast"><see langword="true"/> if no more bytes follow.</param>
    /// <param name="piece">The piece.</param>
    bool TryTake(OutputSource source, ref ReadOnlySequence<byte> bytes, bool isLast, out T piece);
}
