using System.Buffers;
using System.Collections.Immutable;

namespace Isolation;

/// <summary>Forwards the output of two programs to each other and records it.</summary>
internal sealed class Conversation(int transcriptLimit, TimeProvider time)
{
    /// <summary>
    /// The minimum cost of a message in bytes, so that many small messages do not use more memory than the limit.
    /// </summary>
    private const int LeastCost = 64;

    private readonly long _start = time.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly ImmutableArray<InteractiveMessage>.Builder _messages =
        ImmutableArray.CreateBuilder<InteractiveMessage>();
    private readonly long[] _bytes = new long[2];
    private int _room = transcriptLimit;
    private TimeSpan _lastMessage;
    private TimeSpan _left;

    internal ImmutableArray<InteractiveMessage> Transcript => _messages.ToImmutable();

    internal bool IsTruncated { get; private set; }

    /// <summary>Gets the program that left first, or null if none has left.</summary>
    internal InteractiveRole? FirstToLeave { get; private set; }

    /// <summary>
    /// Gets the time between the last message, or the start, and the moment when the first program left.
    /// </summary>
    internal TimeSpan Silence => _left - _lastMessage;

    internal TimeSpan Elapsed => time.GetElapsedTime(_start);

    internal long BytesOf(InteractiveRole role) => Volatile.Read(ref _bytes[(int)role]);

    /// <summary>
    /// Forwards data until the source ends or the target is closed, and then closes both streams, as the ends of a
    /// pipe.
    /// </summary>
    internal async Task PassOnAsync(InteractiveRole from, Stream source, Stream target)
    {
        const int BufferSize = 16 << 10;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await source.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                Add(from, buffer.AsSpan(0, count));
                await target.WriteAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
                await target.FlushAsync().ConfigureAwait(false);
            }

            Leave(from);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The reader has ended or closed its input; SIGPIPE ends the writer if it continues to write.
            Leave(from == InteractiveRole.Solution ? InteractiveRole.Interactor : InteractiveRole.Solution);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await target.DisposeAsync().ConfigureAwait(false);
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Add(InteractiveRole from, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _bytes[(int)from] += bytes.Length;
            _lastMessage = Elapsed;
            int kept = Math.Min(bytes.Length, _room);
            IsTruncated |= kept < bytes.Length;
            if (kept > 0)
            {
                _messages.Add(new InteractiveMessage(from, _lastMessage, bytes[..kept].ToArray()));
                _room -= Math.Min(Math.Max(kept, LeastCost), _room);
            }
        }
    }

    private void Leave(InteractiveRole role)
    {
        lock (_gate)
        {
            if (FirstToLeave is null)
            {
                FirstToLeave = role;
                _left = Elapsed;
            }
        }
    }
}
