using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Isolation;

/// <summary>
/// Reads both outputs of a command concurrently in the receiver's context, without a background task or a buffer of its
/// own.
/// </summary>
internal static class OutputReading
{
    internal static async IAsyncEnumerable<T> ReadAsync<T>(
        List<(OutputSource Source, Stream Stream)> outputs, IOutputSplitter<T> splitter,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<Reading> open = [.. outputs.Select(
            output => new Reading(output.Source, LiveOutputExtensions.Reader(output.Stream)))];
        try
        {
            while (open.Count > 0)
            {
                await Task.WhenAny(open.Select(reading => reading.Next)).WaitAsync(cancellationToken)
                    .ConfigureAwait(false);

                // Read every output that has data, so that one output that never pauses does not starve the other.
                foreach (Reading reading in open.Where(reading => reading.Next.IsCompleted).ToArray())
                {
                    ReadResult result = await reading.Next.ConfigureAwait(false);
                    ReadOnlySequence<byte> bytes = result.Buffer;
                    while (splitter.TryTake(reading.Source, ref bytes, result.IsCompleted, out T piece))
                    {
                        yield return piece;
                        cancellationToken.ThrowIfCancellationRequested();
                    }

                    reading.Reader.AdvanceTo(bytes.Start, bytes.End);
                    if (result.IsCompleted)
                    {
                        open.Remove(reading);
                        await reading.CloseAsync().ConfigureAwait(false);
                    }
                    else
                    {
                        reading.ReadOn();
                    }
                }
            }
        }
        finally
        {
            foreach (Reading reading in open)
            {
                await reading.CloseAsync().ConfigureAwait(false);
            }
        }
    }

    private sealed class Reading
    {
        internal Reading(OutputSource source, PipeReader reader)
        {
            Source = source;
            Reader = reader;
            Next = reader.ReadAsync().AsTask();
        }

        internal OutputSource Source { get; }

        internal PipeReader Reader { get; }

        internal Task<ReadResult> Next { get; private set; }

        internal void ReadOn() => Next = Reader.ReadAsync().AsTask();

        internal async ValueTask CloseAsync()
        {
            Reader.CancelPendingRead();
            await ((Task)Next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Reader.CompleteAsync().ConfigureAwait(false);
        }
    }
}
