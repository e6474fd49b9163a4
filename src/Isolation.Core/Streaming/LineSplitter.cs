using System.Buffers;
using System.Text;

namespace Isolation;

/// <summary>Splits output into lines, and long lines into parts.</summary>
/// <param name="maximumLength">The maximum size of a part in bytes.</param>
internal sealed class LineSplitter(int maximumLength) : IOutputSplitter<OutputLine>
{
    public bool TryTake(OutputSource source, ref ReadOnlySequence<byte> bytes, bool isLast, out OutputLine piece)
    {
        piece = default;
        SequencePosition? end = bytes.PositionOf((byte)'\n');
        long length = end is { } position ? bytes.Slice(0, position).Length : bytes.Length;
        if (length > maximumLength)
        {
            long part = PartLength(bytes);
            piece = new OutputLine(source, Encoding.UTF8.GetString(bytes.Slice(0, part))) { IsContinued = true };
            bytes = bytes.Slice(part);
            return true;
        }

        if (end is null && (!isLast || bytes.IsEmpty))
        {
            return false;
        }

        ReadOnlySequence<byte> line = bytes.Slice(0, length);
        bytes = end is { } lineFeed ? bytes.Slice(bytes.GetPosition(1, lineFeed)) : bytes.Slice(bytes.End);
        if (end is not null && length > 0 && line.Slice(length - 1).FirstSpan[0] == (byte)'\r')
        {
            line = line.Slice(0, length - 1);
        }

        piece = new OutputLine(source, Encoding.UTF8.GetString(line));
        return true;
    }

    /// <summary>Returns the maximum length that does not split a character.</summary>
    private long PartLength(ReadOnlySequence<byte> bytes)
    {
        const int LongestCharacter = 4;
        for (int length = maximumLength; length > maximumLength - LongestCharacter; length--)
        {
            // A byte of the form 10xxxxxx continues a character.
            if ((bytes.Slice(length).FirstSpan[0] & 0xC0) != 0x80)
            {
                return length;
            }
        }

        return maximumLength;
    }
}
