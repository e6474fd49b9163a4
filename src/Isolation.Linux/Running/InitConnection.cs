using System.Net.Sockets;
using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Launching;
using Isolation.Linux.Programs;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Running;

/// <summary>The host's side of one init: programs go out, messages come in, and its end is waited for.</summary>
internal sealed class InitConnection : IAsyncDisposable
{
    private readonly InitProcess _process;
    private readonly Socket _socket;

    /// <summary>Held for the time of a call, so that a number that was closed and given away again is never used.</summary>
    private readonly SafeFileHandle _pidfd;
    private int _ended;

    internal InitConnection(InitProcess process)
    {
        _process = process;
        _socket = new Socket(new SafeSocketHandle(process.Control, true));
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
    /// Waits, without a thread, until there is room for another program. Nothing tells when that is: init may have taken
    /// one and be silent about it.
    /// </summary>
    internal async ValueTask WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (!_socket.Poll(TimeSpan.Zero, SelectMode.SelectWrite))
        {
            await Task.Delay(1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Receives one message. 0: init has ended.</summary>
    internal async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>Receives one message that may have a descriptor with it; -1 where it has not. 0: init has ended.</summary>
    internal async ValueTask<(int Length, int Descriptor)> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // A .NET socket does not know of descriptors, but it can wait without a thread. What is peeked at stays.
        try
        {
            if (await _socket.ReceiveAsync(buffer, SocketFlags.Peek, cancellationToken).ConfigureAwait(false) == 0)
            {
                return (0, -1);
            }
        }
        catch (SocketException)
        {
            return (0, -1);
        }

        long length = Errors.Check(Kernel.recvmsg(_process.Control, buffer.Span, out int descriptor), "receive a message of the sandbox's init", null);
        return ((int)length, descriptor);
    }

    /// <summary>Kills init, and with it everything in its PID namespace.</summary>
    internal void Kill()
    {
        bool isHeld = false;
        try
        {
            _pidfd.DangerousAddRef(ref isHeld);
            Kernel.pidfd_send_signal(_process.Pidfd, (int)UnixSignal.Kill);
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
        finally
        {
            if (isHeld)
            {
                _pidfd.DangerousRelease();
            }
        }
    }

    /// <summary>Whether init ended as it was told to, after it had ended all of its descendants.</summary>
    internal bool HasEndedByItself { get; private set; }

    /// <summary>Lets init end by itself, as it does when the host is gone. One that does not within the time is left to be killed.</summary>
    internal async ValueTask EndByItselfAsync(TimeSpan patience, TimeProvider time)
    {
        if (Volatile.Read(ref _ended) != 0 || HasEndedByItself)
        {
            return;
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            await ExitWaiter.WaitAsync(_process.Pidfd).AsTask().WaitAsync(patience, time).ConfigureAwait(false);
            HasEndedByItself = true;
        }
        catch (Exception exception) when (exception is TimeoutException or SocketException or ObjectDisposedException)
        {
            // Something holds it up: the kernel, or a process that cannot be killed.
        }
    }

    /// <summary>Ends init if it still runs, waits until the kernel has let go of it, and closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        Kernel.pidfd_send_signal(_process.Pidfd, (int)UnixSignal.Kill);
        await ExitWaiter.WaitAsync(_process.Pidfd).ConfigureAwait(false);
        _pidfd.Dispose();
        _socket.Dispose();
    }

    private void SendLarge(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<int> descriptors)
    {
        int size = first.Length + second.Length;
        if (size > InitProgram.ProgramCapacity)
        {
            throw new SandboxException($"The command's arguments and environment, or the specification, take {size} bytes; {InitProgram.ProgramCapacity} are allowed.");
        }

        byte[] whole = new byte[size];
        first.CopyTo(whole);
        second.CopyTo(whole.AsSpan(first.Length));
        int file = MemoryFile.Create("a program", whole);
        try
        {
            InitHeader header = new() { LargeSize = size, LargeDescriptorAddress = InitProgram.Current.DescriptorAddress(descriptors.Length) };
            SendMessage(header, default, default, [.. descriptors, file]);
        }
        finally
        {
            Kernel.close(file);
        }
    }

    private void SendMessage(InitHeader header, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<int> descriptors)
    {
        if (descriptors.Length > Kernel.MaximumDescriptors)
        {
            throw new SandboxException($"At most {Kernel.MaximumDescriptors} folders, files and descriptors of the host can be passed at once; these are {descriptors.Length}.");
        }

        bool isHeld = false;
        try
        {
            _socket.SafeHandle.DangerousAddRef(ref isHeld);
            SendHeld(header, first, second, descriptors);
        }
        finally
        {
            if (isHeld)
            {
                _socket.SafeHandle.DangerousRelease();
            }
        }
    }

    private void SendHeld(InitHeader header, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<int> descriptors)
    {
        while (true)
        {
            long sent = Kernel.sendmsg(_process.Control, MemoryMarshal.AsBytes(new ReadOnlySpan<InitHeader>(in header)), first, second, descriptors);
            if (sent != -Errno.EAGAIN)
            {
                Errors.Check(sent, "send a program to the sandbox's init", null);
                return;
            }

            // Init is busy starting commands; it takes the message when it is through.
            _socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectWrite);
        }
    }
}
