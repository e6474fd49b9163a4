using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Isolation.Plugins;

/// <summary>
/// Messages on a stream: four bytes of length, most significant first, then that many bytes of JSON. Nothing of a
/// message is taken in before its length is known to be allowed.
/// </summary>
internal class FramedMessageHandler : MessageHandlerBase
{
    private const int HeaderSize = 4;

    private readonly Stream _stream;
    private readonly int _maximumDepth;
    private readonly byte[] _header = new byte[HeaderSize];
    private readonly ArrayBufferWriter<byte> _outgoing = new();

    /// <summary>A handler of a stream, which it owns.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="formatter">What makes messages of JSON.</param>
    /// <param name="maximumSize">The most bytes of a message, both ways.</param>
    /// <param name="maximumDepth">How deep the JSON may be nested that comes in.</param>
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

    /// <summary>The most bytes of a message that this side takes.</summary>
    internal int MaximumIncomingSize { get; set; }

    /// <summary>How much this side sends; the other side may take less than this one.</summary>
    internal int MaximumOutgoingSize { get; set; }

    /// <summary>
    /// Ends when the message has gone out that was begun last; it does not as long as the other side does not read.
    /// </summary>
    internal Task CurrentWrite { get; private set; } = Task.CompletedTask;

    /// <summary>How many bytes the message has that came in last.</summary>
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
            ? throw new ProtocolViolationException("ended in the middle of the length of a message")
            : BinaryPrimitives.ReadUInt32BigEndian(_header);
        if (length == 0 || length > MaximumIncomingSize)
        {
            throw new ProtocolViolationException(
                $"announced a message of {length} bytes; 1 to {MaximumIncomingSize} are allowed");
        }

        IncomingSize = (int)length;
        byte[] content = new byte[length];
        if (await _stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false) < content.Length)
        {
            throw new ProtocolViolationException("ended in the middle of a message");
        }

        try
        {
            CheckDepth(content);
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
            throw new ArgumentException(
                $"The message takes {length} bytes; {MaximumOutgoingSize} are allowed.", nameof(content));
        }

        byte[] message = _outgoing.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(message, length);
        OnWriting(content);

        // What is begun is finished, whether its caller still waits or not: half of a message would garble the next.
        CurrentWrite = _stream.WriteAsync(message, DisposalToken).AsTask();
        await CurrentWrite.ConfigureAwait(false);
    }

    /// <summary>Called before a message that is allowed goes out.</summary>
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

    /// <summary>The formatter has a limit of its own that cannot be set.</summary>
    private void CheckDepth(byte[] content)
    {
        Utf8JsonReader reader = new(content, new JsonReaderOptions { MaxDepth = _maximumDepth });
        while (reader.Read())
        {
            // It throws where it is too deep.
        }
    }

    private static int Reserve(ArrayBufferWriter<byte> writer)
    {
        writer.GetSpan(HeaderSize);
        return HeaderSize;
    }
}
