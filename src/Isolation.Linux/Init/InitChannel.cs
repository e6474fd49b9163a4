using System.Runtime.InteropServices;
using Isolation.Linux.Errors;
using Isolation.Linux.Events;
using Isolation.Linux.Files;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Init;

/// <summary>
/// Represents the application's end of an init's control socket, and is its only owner: sends programs, and receives
/// messages. See docs/init-protocol.md.
/// </summary>
internal sealed class InitChannel : IDisposable
{
    private const long NoTimeout = -1;
    private const long NoWait = 0;

    /// <summary>The descriptor, held during each call so that a closed and reused number is never used.</summary>
    private readonly SafeFileHandle _socket;

    /// <summary>
    /// Reports incoming messages only. A <see cref="System.Net.Sockets.Socket"/> would also report that init has read a
    /// message, and wake a thread just when init is about to start a command.
    /// </summary>
    private DescriptorEvents? _incoming;

    /// <summary>Takes over a connected socket.</summary>
    internal InitChannel(int socket) => _socket = new SafeFileHandle(socket, true);

    private delegate long Reception(int socket, Span<byte> buffer, out int descriptor);

    /// <summary>Prepares the asynchronous methods.</summary>
    internal void Open()
    {
        int socket = (int)_socket.DangerousGetHandle();
        SandboxErrors.Check(
            Kernel.fcntl(socket, Kernel.FSetfl, Kernel.ONonblock), "set up the control socket", null);
        _incoming = new DescriptorEvents(socket, Kernel.EpollIn);
    }

    /// <summary>Sends one program, in up to two parts, with file descriptors.</summary>
    internal void Send(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<int> descriptors)
    {
        int size = first.Length + second.Length;
        if (size <= InitProgram.InlineCapacity)
        {
            SendMessage(default, first, second, descriptors);
            return;
        }

        if (size > InitProgram.ProgramCapacity)
        {
            throw new SandboxException(
                $"The command's arguments and environment, or the specification, take {size} bytes "
                + $"(limit: {InitProgram.ProgramCapacity}).");
        }

        byte[] whole = new byte[size];
        first.CopyTo(whole);
        second.CopyTo(whole.AsSpan(first.Length));
        int file = MemoryFile.Create("a program", whole);
        try
        {
            InitHeader header = new()
            {
                LargeSize = size,
                LargeDescriptorAddress = InitProgram.Current.DescriptorAddress(descriptors.Length)
            };
            SendMessage(header, default, default, [.. descriptors, file]);
        }
        finally
        {
            Kernel.close(file);
        }
    }

    /// <summary>Sends one program unless init has ended.</summary>
    internal void TrySend(ReadOnlySpan<byte> program)
    {
        try
        {
            Send(program, default, default);
        }
        catch (Exception exception) when (exception is SandboxException or ObjectDisposedException)
        {
            // Init has ended, so the program is no longer needed.
        }
    }

    /// <summary>
    /// Waits, without blocking a thread, until the socket has room for another program. Polls, because the kernel does
    /// not notify the sender when init reads a program.
    /// </summary>
    internal async ValueTask WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (!MaySend())
        {
            await Task.Delay(1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Receives one message. Returns 0 if init has ended.</summary>
    internal async ValueTask<int> ReceiveAsync(Memory<byte> buffer) =>
        (await ReceiveAsync(buffer, ReadMessage, CancellationToken.None).ConfigureAwait(false)).Length;

    /// <summary>
    /// Receives one message and its descriptor, or -1 if it has none. The length is 0 if init has ended.
    /// </summary>
    internal ValueTask<(int Length, int Descriptor)> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken) =>
        ReceiveAsync(buffer, Kernel.recvmsg, cancellationToken);

    /// <summary>Receives the message of a process that has ended. Returns 0 if there is none.</summary>
    internal int ReceiveLast(Span<byte> buffer)
    {
        using HeldDescriptor held = new(_socket);
        long length = 0;
        while (Kernel.poll(held.Number, NoWait) > 0
            && (length = Kernel.read(held.Number, buffer)) == -Errno.ECONNRESET)
        {
            // The process ended without reading a program. Its message comes next.
        }

        return (int)Math.Max(length, 0);
    }

    /// <summary>Reports to init that no program follows, so that it ends. Messages can still be received.</summary>
    internal void Shutdown()
    {
        using HeldDescriptor held = new(_socket);
        if (held.IsOpen)
        {
            Kernel.shutdown(held.Number, Kernel.ShutWr);
        }
    }

    /// <summary>Closes the socket, which ends init unless its sandbox is detached.</summary>
    public void Dispose()
    {
        _incoming?.Dispose();
        _socket.Dispose();
    }

    private static long ReadMessage(int socket, Span<byte> buffer, out int descriptor)
    {
        // read(2) discards descriptors that come with the message.
        descriptor = -1;
        return Kernel.read(socket, buffer);
    }

    private void SendMessage(
        InitHeader header, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<int> descriptors)
    {
        if (descriptors.Length > Kernel.MaximumDescriptors)
        {
            throw new SandboxException(
                $"Cannot pass {descriptors.Length} directories, files and descriptors of the host at once "
                + $"(limit: {Kernel.MaximumDescriptors}).");
        }

        using HeldDescriptor held = new(_socket);
        ObjectDisposedException.ThrowIf(!held.IsOpen, this);
        while (true)
        {
            long sent = Kernel.sendmsg(
                held.Number, MemoryMarshal.AsBytes(new ReadOnlySpan<InitHeader>(in header)), first, second,
                descriptors);
            if (sent != -Errno.EAGAIN)
            {
                SandboxErrors.Check(sent, "send a program to the sandbox's init", null);
                return;
            }

            // Init is busy starting commands, and reads the message afterwards.
            Kernel.poll(held.Number, NoTimeout, Kernel.Pollout);
        }
    }

    private bool MaySend()
    {
        using HeldDescriptor held = new(_socket);
        return !held.IsOpen || Kernel.poll(held.Number, NoWait, Kernel.Pollout) > 0;
    }

    private async ValueTask<(int Length, int Descriptor)> ReceiveAsync(
        Memory<byte> buffer, Reception receive, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next = _incoming!.Next;
            long length = TryReceive(buffer.Span, receive, out int descriptor);
            switch (length)
            {
                case -Errno.EINTR:
                    continue;
                case -Errno.EAGAIN:
                    await next.WaitAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                default:
                    return ((int)Math.Max(length, 0), descriptor);
            }
        }
    }

    private long TryReceive(Span<byte> buffer, Reception receive, out int descriptor)
    {
        descriptor = -1;
        using HeldDescriptor held = new(_socket);
        return held.IsOpen ? receive(held.Number, buffer, out descriptor) : 0;
    }
}
