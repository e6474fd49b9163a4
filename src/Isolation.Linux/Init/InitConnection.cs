using System.Runtime.InteropServices;
using Isolation.Linux.Errors;
using Isolation.Linux.Events;
using Isolation.Linux.Files;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Init;

/// <summary>
/// Represents the application's connection to one init: sends programs, receives messages, and ends init.
/// </summary>
internal sealed class InitConnection : IAsyncDisposable
{
    private const long NoTimeout = -1;
    private const long NoWait = 0;

    private readonly InitProcess _process;

    /// <summary>The descriptors, held during each call so that a closed and reused number is never used.</summary>
    private readonly SafeFileHandle _socket, _pidfd;

    /// <summary>
    /// Reports incoming messages only. A <see cref="System.Net.Sockets.Socket"/> would also report that init has read a
    /// message, and wake a thread just when init is about to start a command.
    /// </summary>
    private readonly DescriptorEvents _incoming;
    private int _ended;

    /// <summary>Takes over a process. If the constructor throws, the caller must abandon the process.</summary>
    internal InitConnection(InitProcess process)
    {
        process.Memory?.LeaveTo(process.ProcessId);
        SandboxErrors.Check(
            Kernel.fcntl(process.Control, Kernel.FSetfl, Kernel.ONonblock), "set up the control socket", null);
        _incoming = new DescriptorEvents(process.Control, Kernel.EpollIn);
        _process = process;
        _socket = new SafeFileHandle(process.Control, true);
        _pidfd = new SafeFileHandle(process.Pidfd, true);
    }

    internal int ProcessId => _process.ProcessId;

    /// <summary>Sends one program, in up to two parts, with file descriptors.</summary>
    internal void Send(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<int> descriptors)
    {
        if (first.Length + second.Length > InitProgram.InlineCapacity)
        {
            SendLarge(first, second, descriptors);
            return;
        }

        InitHeader header = default;
        SendMessage(header, first, second, descriptors);
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
        (await ReceiveAsync(buffer, static (int socket, Span<byte> to, out int descriptor) =>
        {
            // read(2) discards descriptors that come with the message.
            descriptor = -1;
            return Kernel.read(socket, to);
        }, CancellationToken.None).ConfigureAwait(false)).Length;

    /// <summary>
    /// Receives one message and its descriptor, or -1 if it has none. The length is 0 if init has ended.
    /// </summary>
    internal ValueTask<(int Length, int Descriptor)> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken) =>
        ReceiveAsync(buffer, Kernel.recvmsg, cancellationToken);

    /// <summary>Opens the root directory of the sandbox.</summary>
    internal SafeFileHandle OpenRoot()
    {
        using HeldDescriptor held = new(_pidfd);
        return ProcessRoot.Open(ProcessId, held.Number);
    }

    /// <summary>Kills init, and with it every process in its PID namespace.</summary>
    internal void Kill() => Signal(UnixSignal.SIGKILL);

    /// <summary>Sends a signal to init. Does nothing if init has ended.</summary>
    internal void Signal(UnixSignal signal)
    {
        using HeldDescriptor held = new(_pidfd);
        if (held.IsOpen)
        {
            Kernel.pidfd_send_signal(held.Number, (int)signal);
        }
    }

    /// <summary>Gets whether init ended on request, after all of its descendants had ended.</summary>
    internal bool HasEndedByItself { get; private set; }

    /// <summary>Lets init end by itself. Returns whether init ended within the time.</summary>
    internal async ValueTask<bool> TryEndByItselfAsync(TimeSpan patience, TimeProvider time)
    {
        if (Volatile.Read(ref _ended) != 0 || HasEndedByItself)
        {
            return true;
        }

        try
        {
            Shutdown();
            await ExitWaiter.WaitAsync(_process.Pidfd).AsTask().WaitAsync(patience, time).ConfigureAwait(false);
            HasEndedByItself = true;
            return true;
        }
        catch (TimeoutException)
        {
            // The kernel or slow processes delay the end.
            return false;
        }
    }

    /// <summary>Kills init if it still runs, waits until the kernel has released it, and closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        Kernel.pidfd_send_signal(_process.Pidfd, (int)UnixSignal.SIGKILL);
        await ExitWaiter.WaitAsync(_process.Pidfd).ConfigureAwait(false);
        _process.Memory?.Dispose();
        _pidfd.Dispose();
        _incoming.Dispose();
        _socket.Dispose();
    }

    private void SendLarge(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<int> descriptors)
    {
        int size = first.Length + second.Length;
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
        SendHeld(held.Number, header, first, second, descriptors);
    }

    private static void SendHeld(
        int socket, InitHeader header, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second,
        ReadOnlySpan<int> descriptors)
    {
        while (true)
        {
            long sent = Kernel.sendmsg(
                socket, MemoryMarshal.AsBytes(new ReadOnlySpan<InitHeader>(in header)), first, second, descriptors);
            if (sent != -Errno.EAGAIN)
            {
                SandboxErrors.Check(sent, "send a program to the sandbox's init", null);
                return;
            }

            // Init is busy starting commands, and reads the message afterwards.
            Kernel.poll(socket, NoTimeout, Kernel.Pollout);
        }
    }

    private bool MaySend()
    {
        using HeldDescriptor held = new(_socket);
        return !held.IsOpen || Kernel.poll(held.Number, NoWait, Kernel.Pollout) > 0;
    }

    private void Shutdown()
    {
        using HeldDescriptor held = new(_socket);
        if (held.IsOpen)
        {
            Kernel.shutdown(held.Number, Kernel.ShutWr);
        }
    }

    private async ValueTask<(int Length, int Descriptor)> ReceiveAsync(
        Memory<byte> buffer, Reception receive, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next = _incoming.Next;
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

    private delegate long Reception(int socket, Span<byte> buffer, out int descriptor);
}
