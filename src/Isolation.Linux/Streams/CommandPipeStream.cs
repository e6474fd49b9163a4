using System.Runtime.InteropServices;
using Isolation.Linux.Events;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Streams;

/// <summary>
/// Represents the application's end of a command's pipe. The stream ends with the command, even if a process that the
/// command left running still holds the other end: no read or write blocks for longer than the command runs.
/// </summary>
internal sealed class CommandPipeStream : SequentialStream
{
    /// <summary>
    /// The maximum capacity of a pipe, in bytes. Bounds the final reads, so that other writers cannot delay the end.
    /// </summary>
    private const int LargestRest = 1 << 20;

    private readonly Stream _inner;
    private readonly SafeHandle _handle;
    private readonly OutputTotal _total;
    private readonly CancellationTokenSource _ended = new();
    private Action? _exceeded;
    private int _rest = LargestRest;

    /// <param name="inner">The pipe. The new stream takes ownership of it.</param>
    /// <param name="handle">The file descriptor of the pipe.</param>
    /// <param name="total">The counter for the bytes read.</param>
    internal CommandPipeStream(Stream inner, SafeHandle handle, OutputTotal total)
    {
        _inner = inner;
        _handle = handle;
        _total = total;
    }

    public override bool CanRead => _inner.CanRead;

    public override bool CanWrite => _inner.CanWrite;

    /// <summary>Gets the number of bytes that can be read without blocking.</summary>
    internal long Waiting
    {
        get
        {
            using HeldDescriptor held = new(_handle);
            return held.IsOpen ? Math.Max(Kernel.fionread(held.Number), 0) : 0;
        }
    }

    /// <summary>Sets the callback for reads beyond the output limit.</summary>
    internal void Start(Action exceeded) => _exceeded = exceeded;

    /// <summary>Signals that the command has ended: buffered data stays readable, but reads no longer block.</summary>
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

        throw new IOException("Cannot write to standard input: the command has ended.");
    }

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
    /// Returns whether a blocked call returned because the command has ended. If the application closes the stream at
    /// that moment, .NET throws one of several exceptions; all of them count as the end of the stream.
    /// </summary>
    private bool IsEnd(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException or IOException or ObjectDisposedException
        && _ended.IsCancellationRequested && !cancellationToken.IsCancellationRequested;

    /// <summary>Reads the remaining data without blocking. Returns null if the stream was closed.</summary>
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
