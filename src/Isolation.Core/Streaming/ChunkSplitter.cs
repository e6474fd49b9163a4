using System.Buffers;

namespace Isolation;

/// <summary>Takes all available bytes.</summary>
internal sealed class ChunkSplitter : IOutputSplitter<OutputChunk>
{
    public bool TryTake(OutputSource source, ref ReadOnlySequence<byte> bytes, bool isLast, out OutputChunk piece)
    {
        piece = default;
        if (bytes.IsEmpty)
        {
            return false;
        }

        piece = new OutputChunk(source, bytes.ToArray());
        bytes = bytes.Slice(bytes.End);
        return true;
    }
}
