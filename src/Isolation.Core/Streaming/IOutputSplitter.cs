using System.Buffers;

namespace Isolation;

/// <summary>Cuts what a command wrote into pieces.</summary>
internal interface IOutputSplitter<T>
{
    /// <summary>Takes a piece from the start of what was read. Returns false where more has to come first.</summary>
    /// <param name="source">Which output it was written to.</param>
    /// <param name="bytes">What was read and not taken yet; afterwards what is left of it.</param>
    /// <param name="isLast">Whether nothing more will come.</param>
    /// <param name="piece">The piece.</param>
    bool TryTake(OutputSource source, ref ReadOnlySequence<byte> bytes, bool isLast, out T piece);
}
