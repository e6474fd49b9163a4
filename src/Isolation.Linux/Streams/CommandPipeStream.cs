using System.Runtime.InteropServices;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Streams;

/// <summary>
/// The application's end of a pipe of a command. It ends with the command, even where something that the command left
/// running holds the other end: no read and no write waits longer than the command lives.
/// </summary>
internal sealed class CommandPipeStream : Stream
{
    /// <summary>
    /// In bytes. What fits into a pipe at most; others may go on writing, and do not hold the end up.
    /// </summary>
    private const int LargestRest = 1 << 20;

    private readonly Stream _inner;
    private readonly SafeHandle _handle;
    private readonly OutputTotal _total;
    private readonly CancellationTokenSource _ended = new();
    private Action? _exceeded;
    private int _rest = LargestRest;

    /// <param name="inner">The pipe, which belongs to this stream from now on.</param>
    /// <param name="handle">Its descriptor.</param>
    /// <param name="total">Counts what is read.</param>
    internal CommandPipeStream(Stream inner, SafeHandle handle, OutputTotal total)
    {
        _inner = inner;
        _handle = handle;
        _total = total;
    }

    public override bool CanRead => _inner.CanRead;

    public override bool CanWrite => _inner.CanWrite;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>How many bytes could be read at once.</summary>
    internal long Waiting
    {
        get
        {
            using HeldDescriptor held = new(_handle);
            return held.IsOpen ? Math.Max(Kernel.fionread(held.Number), 0) : 0;
        }
    }

    /// <summary>Calls back when more is read than is allowed.</summary>
    internal void Start(Action exceeded) => _exceeded = exceeded;

    /// <summary>The command has ended: what is there can still be read, but nothing is waited for.</summary>
    internal void End() => _ = _ended.CancelAsync();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_ended.IsCancellationRequested)
        {
            using CancellationTokenSource? both = Link(cancellationToken, out CancellationToken either);
            try
            {
                return Pass(await _inner.ReadAsync(buffer, either).ConfigureAwait(false));
            }
            catch (Exception exception) when (IsEnd(exception, cancellationToken))
            {
                return Pass(TryReadRest(buffer.Span) ?? 0);
            }
        }

        return Pass(TryReadRest(buffer.Span) ?? throw new ObjectDisposedException(nameof(Stream)));
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_ended.IsCancellationRequested)
        {
            using CancellationTokenSource? both = Link(cancellationToken, out CancellationToken either);
            try
            {
                await _inner.WriteAsync(buffer, either).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (IsEnd(exception, cancellationToken))
            {
            }
        }

        throw new IOException("The command has ended, so nobody reads its input.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private CancellationTokenSource? Link(CancellationToken cancellationToken, out CancellationToken either)
    {
        CancellationTokenSource? both = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token)
            : null;
        either = both?.Token ?? _ended.Token;
        return both;
    }

    private int Pass(int count)
    {
        int allowed = _total.Take(count);
        if (allowed < count)
        {
            _exceeded?.Invoke();
        }

        return allowed;
    }

    /// <summary>
    /// Whether a call that waited came back because the command has ended. The application may have closed the stream
    /// right then, on which .NET has several opinions; who waited reads the end all the same.
    /// </summary>
    private bool IsEnd(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException or IOException or ObjectDisposedException
        && _ended.IsCancellationRequested && !cancellationToken.IsCancellationRequested;

    /// <summary>What is there; null if the stream was closed.</summary>
    private int? TryReadRest(Span<byte> buffer)
    {
        using HeldDescriptor held = new(_handle);
        if (!held.IsOpen)
        {
            return null;
        }

        buffer = buffer[..Math.Min(buffer.Length, _rest)];
        int count = (Kernel.poll(held.Number) & Kernel.Pollin) == 0
            ? 0
            : (int)Math.Max(Kernel.read(held.Number, buffer), 0);
        _rest -= count;
        return count;
    }
}
