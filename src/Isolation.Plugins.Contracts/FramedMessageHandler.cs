using System.Buffers;
using System.Buffers.Binary;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Isolation.Plugins;

/// <summary>
/// Messages on a stream: four bytes of length, most significant first, then that many bytes of JSON. Nothing of a message is taken in
/// before its length is known to be allowed.
/// </summary>
internal class FramedMessageHandler : MessageHandlerBase
{
    private const int HeaderSize = 4;

    private readonly Stream _stream;
    private readonly int _maximumSize;
    private readonly byte[] _header = new byte[HeaderSize];
    private readonly ArrayBufferWriter<byte> _outgoing = new();

    /// <summary>A handler of a stream, which it owns.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="formatter">What makes messages of JSON.</param>
    /// <param name="maximumSize">The most bytes of a message, both ways.</param>
    internal FramedMessageHandler(Stream stream, IJsonRpcMessageFormatter formatter, int maximumSize)
        : base(formatter)
    {
        _stream = stream;
        _maximumSize = maximumSize;
        MaximumOutgoingSize = maximumSize;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    /// <summary>How much this side sends; the other side may take less than this one.</summary>
    internal int MaximumOutgoingSize { get; set; }

    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        int count = await _stream.ReadAtLeastAsync(_header, HeaderSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            return null;
        }

        uint length = count < HeaderSize
            ? throw new ProtocolViolationException("ended in the middle of the length of a message")
            : BinaryPrimitives.ReadUInt32BigEndian(_header);
        if (length == 0 || length > _maximumSize)
        {
            throw new ProtocolViolationException($"announced a message of {length} bytes; 1 to {_maximumSize} are allowed");
        }

        byte[] content = new byte[length];
        if (await _stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < content.Length)
        {
            throw new ProtocolViolationException("ended in the middle of a message");
        }

        try
        {
            return Formatter.Deserialize(new ReadOnlySequence<byte>(content));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new ProtocolViolationException($"sent what is no message: {exception.Message}", exception);
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
            throw new ArgumentException($"The message takes {length} bytes; {MaximumOutgoingSize} are allowed.", nameof(content));
        }

        byte[] message = _outgoing.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(message, length);
        OnWriting(content);
        await _stream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Called before a message that is allowed goes out.</summary>
    protected virtual void OnWriting(JsonRpcMessage message)
    {
    }

    protected override ValueTask FlushAsync(CancellationToken cancellationToken) => new(_stream.FlushAsync(cancellationToken));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Reserve(ArrayBufferWriter<byte> writer)
    {
        writer.GetSpan(HeaderSize);
        return HeaderSize;
    }
}
