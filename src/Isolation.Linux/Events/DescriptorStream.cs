using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Events;

/// <summary>
/// Represents a descriptor that .NET cannot wait for, such as a terminal, as a stream. The shared
/// <see cref="DescriptorLoop"/> thread does the waiting.
/// </summary>
internal sealed class DescriptorStream : SequentialStream
{
    private readonly DescriptorEvents _events;
    private int _isClosed;

    /// <param name="handle">The non-blocking descriptor (O_NONBLOCK). The stream takes ownership of it.</param>
    internal DescriptorStream(SafeFileHandle handle)
    {
        Handle = handle;
        _events = new DescriptorEvents((int)handle.DangerousGetHandle(), Kernel.EpollIn | Kernel.EpollOut);
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    internal SafeFileHandle Handle { get; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task next = _events.Next;
            long result = TryRead(buffer.Span);
            switch (result)
            {
                case -Errno.EINTR:
                    continue;
                case -Errno.EAGAIN:
                    await next.WaitAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                case -Errno.EIO:
                    // A terminal whose other end is closed.
                    return 0;
                default:
                    return result >= 0 ? (int)result : throw Failure("read from", result);
            }
        }
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            Task next = _events.Next;
            long result = TryWrite(buffer.Span);
            switch (result)
            {
                case -Errno.EINTR:
                    continue;
                case -Errno.EAGAIN or 0:
                    await next.WaitAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                case < 0:
                    throw Failure("write to", result);
            }

            buffer = buffer[(int)result..];
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            _events.Dispose();
            Handle.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IOException Failure(string what, long result) =>
        new($"Cannot {what} the terminal: {ErrnoText.Name((int)-result)}.");

    private long TryRead(Span<byte> buffer)
    {
        using HeldDescriptor held = new(Handle);
        ObjectDisposedException.ThrowIf(!held.IsOpen, this);
        return Kernel.read(held.Number, buffer);
    }

    private long TryWrite(ReadOnlySpan<byte> buffer)
    {
        using HeldDescriptor held = new(Handle);
        ObjectDisposedException.ThrowIf(!held.IsOpen, this);
        return Kernel.write_once(held.Number, buffer);
    }
}
