using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Isolation.Plugins;

/// <summary>
/// Sends and receives messages on a stream: four bytes of length, most significant first, then that many bytes of JSON.
/// The length is checked before any of the message is read.
/// </summary>
internal class FramedMessageHandler : MessageHandlerBase
{
    private const int HeaderSize = 4;

    private readonly Stream _stream;
    private readonly int _maximumDepth;
    private readonly byte[] _header = new byte[HeaderSize];
    private readonly ArrayBufferWriter<byte> _outgoing = new();

    /// <summary>Initializes a new instance of the <see cref="FramedMessageHandler"/> class.</summary>
    /// <param name="stream">The stream, which the handler owns.</param>
    /// <param name="formatter">The formatter of messages.</param>
    /// <param name="maximumSize">The maximum size of a message in bytes, in both directions.</param>
    /// <param name="maximumDepth">The maximum nesting depth of received JSON.</param>
    internal FramedMessageHandler(
        Stream stream, IJsonRpcMessageFormatter formatter, int maximumSize,
        int maximumDepth = PluginProtocol.DefaultDepth)
        : base(formatter)
    {
        _stream = stream;
        _maximumDepth = maximumDepth;
        MaximumIncomingSize = maximumSize;
        MaximumOutgoingSize = maximumSize;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    /// <summary>Gets or sets the maximum size of a received message in bytes.</summary>
    internal int MaximumIncomingSize { get; set; }

    /// <summary>Gets or sets the maximum size of a sent message in bytes; the other side may accept less.</summary>
    internal int MaximumOutgoingSize { get; set; }

    /// <summary>
    /// Gets a task that completes when the last message was written, which requires that the other side reads.
    /// </summary>
    internal Task CurrentWrite { get; private set; } = Task.CompletedTask;

    /// <summary>Gets the size of the last received message in bytes.</summary>
    protected int IncomingSize { get; private set; }

    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        int count = await _stream.ReadAtLeastAsync(_header, HeaderSize, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        if (count == 0)
        {
            return null;
        }

        uint length = count < HeaderSize
            ? throw new ProtocolViolationException("closed the channel in the middle of a message length")
            : BinaryPrimitives.ReadUInt32BigEndian(_header);
        if (length == 0 || length > MaximumIncomingSize)
        {
            throw new ProtocolViolationException(
                $"announced a message of {length} bytes (allowed: 1 to {MaximumIncomingSize})");
        }

        IncomingSize = (int)length;
        byte[] content = new byte[length];
        if (await _stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false) < content.Length)
        {
            throw new ProtocolViolationException("closed the channel in the middle of a message");
        }

        try
        {
            CheckDepth(content);
            return Formatter.Deserialize(new ReadOnlySequence<byte>(content));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new ProtocolViolationException($"sent an invalid message: {exception.Message}", exception);
        }
    }

    protected override async ValueTask WriteCoreAsync(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        _outgoing.ResetWrittenCount();
        _outgoing.Advance(Reserve(_outgoing));
        Formatter.Serialize(_outgoing, content);
        int length = _outgoing.WrittenCount - HeaderSize;
        if (length > MaximumOutgoingSize)
        {
            throw new ArgumentException(
                $"The message has {length} bytes, but the limit is {MaximumOutgoingSize}.", nameof(content));
        }

        byte[] message = _outgoing.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(message, length);
        OnWriting(content);

        // Cancellation does not interrupt the write: an incomplete message would corrupt the next one.
        CurrentWrite = _stream.WriteAsync(message, DisposalToken).AsTask();
        await CurrentWrite.ConfigureAwait(false);
    }

    /// <summary>Called before a message within the limit is written.</summary>
    protected virtual void OnWriting(JsonRpcMessage message)
    {
    }

    protected override ValueTask FlushAsync(CancellationToken cancellationToken) =>
        new(_stream.FlushAsync(cancellationToken));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Checks the depth separately, because the limit of the formatter cannot be set.</summary>
    private void CheckDepth(byte[] content)
    {
        Utf8JsonReader reader = new(content, new JsonReaderOptions { MaxDepth = _maximumDepth });
        while (reader.Read())
        {
            // The reader throws an exception if the nesting is too deep.
        }
    }

    private static int Reserve(ArrayBufferWriter<byte> writer)
    {
        writer.GetSpan(HeaderSize);
        return HeaderSize;
    }
}
