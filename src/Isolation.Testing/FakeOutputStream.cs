namespace Isolation.Testing;

/// <summary>Forwards data up to a limit and reports excess data, like an output of a command.</summary>
/// <param name="target">The target of the data.</param>
/// <param name="limit">The maximum number of bytes.</param>
/// <param name="total">The counter that both outputs share.</param>
/// <param name="exceeded">The action that is called once if there is more data than allowed.</param>
internal sealed class FakeOutputStream(Stream target, long? limit, FakeOutputTotal total, Action exceeded)
    : FakeStream
{
    private readonly Lock _lock = new();
    private long _room = limit ?? long.MaxValue;
    private bool _isTruncated;

    public override bool CanRead => false;

    /// <summary>Returns the data that was written to a target in memory.</summary>
    public CapturedText Read()
    {
        lock (_lock)
        {
            return new CapturedText(((MemoryStream)target).ToArray(), _isTruncated);
        }
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int allowed;
        bool isMore;
        ValueTask written = ValueTask.CompletedTask;
        lock (_lock)
        {
            allowed = (int)Math.Min(total.Take(buffer.Length), _room);
            _room -= allowed;
            isMore = allowed < buffer.Length && !_isTruncated;
            _isTruncated |= isMore;
            if (allowed > 0)
            {
                // Write inside the lock, so that a reader sees complete data; a target that is not in memory may
                // complete later.
                written = target.WriteAsync(buffer[..allowed], cancellationToken);
            }
        }

        await written.ConfigureAwait(false);
        if (isMore)
        {
            exceeded();
        }
    }

    public override void Flush() => target.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
