using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace CodeJudge.Checking;

/// <summary>Lines to and from a program. What it says is bounded, whatever it does.</summary>
internal sealed class Conversation(Stream toProgram, Stream fromProgram)
{
    private const int LongestLine = 4096;

    private readonly PipeReader _reader = PipeReader.Create(fromProgram, new StreamPipeReaderOptions(leaveOpen: true));

    /// <summary>Whether the program has said its last line.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Sends a line. A program that has closed its input, or has ended, is not told.</summary>
    public async Task SayAsync(string line, CancellationToken cancellationToken)
    {
        try
        {
            await toProgram.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken);
            await toProgram.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // It has ended. What it had said before is still there to be read.
        }
    }

    /// <summary>The next line without its end; null if there is none any more, or it is longer than 4,096 bytes.</summary>
    public async Task<string?> HearAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await _reader.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                ReadOnlySequence<byte> line = read.Buffer.Slice(0, end);
                string? heard = line.Length > LongestLine ? null : Encoding.UTF8.GetString(line);
                _reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return heard;
            }

            bool isTooLong = read.Buffer.Length > LongestLine;
            IsOver |= read.IsCompleted;
            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (IsOver || isTooLong)
            {
                return null;
            }
        }
    }
}
