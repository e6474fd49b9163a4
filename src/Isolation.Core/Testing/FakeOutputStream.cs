namespace Isolation;

/// <summary>Keeps what is written up to a limit and tells when there is more, as a captured output does.</summary>
internal sealed class FakeOutputStream(int limit, Action exceeded) : Stream
{
    private readonly MemoryStream _kept = new();
    private readonly Lock _lock = new();
    private bool _isTruncated;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public CapturedText Read()
    {
        lock (_lock)
        {
            return new CapturedText(_kept.ToArray(), _isTruncated);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        bool isMore;
        lock (_lock)
        {
            int room = (int)Math.Min(buffer.Length, limit - _kept.Length);
            _kept.Write(buffer[..room]);
            isMore = room < buffer.Length && !_isTruncated;
            _isTruncated |= isMore;
        }

        if (isMore)
        {
            exceeded();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
