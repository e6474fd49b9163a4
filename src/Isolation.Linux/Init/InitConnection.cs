using System.Runtime.InteropServices;
using Isolation.Linux.Events;
using Isolation.Linux.Files;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Init;

/// <summary>The host's side of one init: programs go out, messages come in, and its end is waited for.</summary>
internal sealed class InitConnection : IAsyncDisposable
{
    private const long NoTimeout = -1;
    private const long NoWait = 0;

    private readonly InitProcess _process;

    /// <summary>
    /// Both are held for the time of a call, so that a number that was closed and given away again is never used.
    /// </summary>
    private readonly SafeFileHandle _socket, _pidfd;

    /// <summary>
    /// Only of messages that come in. A <see cref="System.Net.Sockets.Socket"/> would also hear that init has taken
    /// what was sent to it, and wake a thread for that just when init is about to start a command.
    /// </summary>
    private readonly DescriptorEvents _incoming;
    private int _ended;

    /// <summary>Takes over a process. Where it throws, the process is still whoever called's to abandon.</summary>
    internal InitConnection(InitProcess process)
    {
        process.Memory?.LeaveTo(process.ProcessId);
        Errors.Check(Kernel.fcntl(process.Control, Kernel.FSetfl, Kernel.ONonblock), "set up the control socket", null);
        _incoming = new DescriptorEvents(process.Control, Kernel.EpollIn);
        _process = process;
        _socket = new SafeFileHandle(process.Control, true);
        _pidfd = new SafeFileHandle(process.Pidfd, true);
    }

    internal int ProcessId => _process.ProcessId;

    /// <summary>Sends one program, in up to two parts, with descriptors.</summary>
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

    /// <summary>
    /// Waits, without a thread, until there is room for another program. Nothing tells when that is: init may have
    /// taken one and be silent about it.
    /// </summary>
    internal async ValueTask WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (!MaySend())
        {
            await Task.Delay(1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Receives one message. 0: init has ended.</summary>
    internal async ValueTask<int> ReceiveAsync(Memory<byte> buffer) =>
        (await ReceiveAsync(buffer, static (int socket, Span<byte> to, out int descriptor) =>
        {
            // Descriptors that come with a message that is read are let go.
            descriptor = -1;
            return Kernel.read(socket, to);
        }, CancellationToken.None).ConfigureAwait(false)).Length;

    /// <summary>
    /// Receives one message that may have a descriptor with it; -1 where it has not. 0: init has ended.
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

    /// <summary>Kills init, and with it everything in its PID namespace.</summary>
    internal void Kill() => Signal(UnixSignal.SIGKILL);

    /// <summary>Signals init. Nothing happens when it has ended.</summary>
    internal void Signal(UnixSignal signal)
    {
        using HeldDescriptor held = new(_pidfd);
        if (held.IsOpen)
        {
            Kernel.pidfd_send_signal(held.Number, (int)signal);
        }
    }

    /// <summary>Whether init ended as it was told to, after it had ended all of its descendants.</summary>
    internal bool HasEndedByItself { get; private set; }

    /// <summary>Lets init end by itself, as it does when the host is gone. False: it has not within the time.</summary>
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
            // Something holds it up: the kernel, or processes that take their time to end.
            return false;
        }
    }

    /// <summary>Ends init if it still runs, waits until the kernel has let go of it, and closes everything.</summary>
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
                $"The command's arguments and environment, or the specification, take {size} bytes; "
                + $"{InitProgram.ProgramCapacity} are allowed.");
        }

        byte[] whole = new byte[size];
        first.CopyTo(whole);
        second.CopyTo(whole.AsSpan(first.Length));
        int file = MemoryFile.Create("a program", whole);
        try
        {
            InitHeader header = new() { LargeSize = size,
                LargeDescriptorAddress = InitProgram.Current.DescriptorAddress(descriptors.Length) };
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
                $"At most {Kernel.MaximumDescriptors} directories, files and descriptors of the host can be passed at "
                + $"once; these are {descriptors.Length}.");
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
                Errors.Check(sent, "send a program to the sandbox's init", null);
                return;
            }

            // Init is busy starting commands; it takes the message when it is through.
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
