using System.IO.Pipelines;

namespace Isolation.Testing;

/// <summary>Represents one end of a channel between a <see cref="FakeProgram"/> and the application.</summary>
internal sealed class FakeChannel : FakeStream
{
    private readonly Stream _reader;
    private readonly Stream _writer;
    private int _isClosed;

    private FakeChannel(Pipe incoming, Pipe outgoing)
    {
        _reader = incoming.Reader.AsStream();
        _writer = outgoing.Writer.AsStream();
    }

    public override bool CanRead => true;

    public static (Stream Host, Stream Program) Make()
    {
        Pipe toProgram = new(), toHost = new();
        return (new FakeChannel(toHost, toProgram), new FakeChannel(toProgram, toHost));
    }

    public override int Read(byte[] buffer, int offset, int count) => _reader.Read(buffer, offset, count);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reader.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await _writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);

    public override void Flush() => _writer.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _writer.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            _writer.Dispose();
            _reader.Dispose();
        }

        base.Dispose(disposing);
    }
}
