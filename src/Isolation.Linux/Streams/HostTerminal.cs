using Isolation.Linux.Events;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Streams;

/// <summary>
/// The host's end of the terminal of a command. It comes over a socket from the sandbox, or is made here where that has
/// no devpts of its own.
/// </summary>
internal sealed class HostTerminal : ISandboxTerminal, IDisposable
{
    private const string Multiplexer = "/dev/ptmx";

    private readonly OutputTotal _total;
    private SafeFileHandle? _socket;
    private DescriptorStream? _device;
    private CommandPipeStream? _stream;
    private Action? _exceeded;

    private HostTerminal(CommandTerminal size, OutputTotal total)
    {
        (Columns, Rows) = (size.Columns, size.Rows);
        _total = total;
    }

    public Stream Stream => _stream ?? throw new InvalidOperationException("The command has not been started.");

    public int Columns { get; private set; }

    public int Rows { get; private set; }

    internal CommandPipeStream? Live => _stream;

    /// <summary>A terminal that the sandbox makes.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="total">Counts what is read.</param>
    /// <param name="payloadEnd">The socket over which it is to come; whoever calls closes it.</param>
    internal static HostTerminal Expect(CommandTerminal size, OutputTotal total, out int payloadEnd)
    {
        Errors.Check(
            Kernel.socketpair(Kernel.AfUnix, Kernel.SockSeqpacket | Kernel.SockCloexec, out int host, out payloadEnd),
            "make a socket for the terminal of", "the command");
        return new HostTerminal(size, total) { _socket = new SafeFileHandle(host, true) };
    }

    /// <summary>A pair that the host makes.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="total">Counts what is read.</param>
    /// <param name="payloadEnd">The payload's end; whoever calls closes it.</param>
    internal static HostTerminal Make(CommandTerminal size, OutputTotal total, out int payloadEnd)
    {
        SafeFileHandle host = new(
            (int)Errors.Check(
                Kernel.openat(
                    Kernel.AtFdcwd, Multiplexer, Kernel.ORdwr | Kernel.ONoctty | Kernel.ONonblock | Kernel.OCloexec),
                "make a terminal with", Multiplexer,
                StepKind.MakeTerminal),
            true);
        try
        {
            int number = (int)host.DangerousGetHandle();
            Errors.Check(
                Kernel.unlock_terminal(number), "unlock the terminal of", "the command", StepKind.MakeTerminal);
            Errors.Check(
                Kernel.set_terminal_size(number, size.Columns, size.Rows), "set the size of the terminal of",
                "the command");
            payloadEnd = (int)Errors.Check(
                Kernel.open_terminal_peer(number), "open the terminal of", "the command", StepKind.MakeTerminal);
        }
        catch
        {
            host.Dispose();
            throw;
        }

        HostTerminal terminal = new(size, total);
        terminal.Take(host);
        return terminal;
    }

    /// <summary>Calls back when more is read than is allowed.</summary>
    internal void Start(Action exceeded) => _exceeded = exceeded;

    /// <summary>The command has started: what the sandbox made is here.</summary>
    internal void Receive()
    {
        if (_socket is not { } socket)
        {
            return;
        }

        using (socket)
        {
            int number = (int)socket.DangerousGetHandle();
            int descriptor = -1;
            if ((Kernel.poll(number) & Kernel.Pollin) != 0)
            {
                Kernel.recvmsg(number, stackalloc byte[sizeof(long)], out descriptor);
            }

            if (descriptor < 0)
            {
                throw new SandboxException(
                    "The sandbox made no terminal for the command: it ended meanwhile, or the host has too many "
                    + "files open.");
            }

            Take(new SafeFileHandle(descriptor, true));
        }
    }

    public Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken = default)
    {
        CheckSize(columns, nameof(columns));
        CheckSize(rows, nameof(rows));
        cancellationToken.ThrowIfCancellationRequested();
        if (_device is { } device)
        {
            using HeldDescriptor held = new(device.Handle);
            ObjectDisposedException.ThrowIf(!held.IsOpen, this);
            Errors.Check(
                Kernel.set_terminal_size(held.Number, columns, rows), "set the size of the terminal of", "the command");
            (Columns, Rows) = (columns, rows);
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _stream?.Dispose();
    }

    private static void CheckSize(int size, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, ushort.MaxValue, name);
    }

    private void Take(SafeFileHandle host)
    {
        try
        {
            _device = new DescriptorStream(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }

        _stream = new CommandPipeStream(_device, host, _total);
        _stream.Start(() => _exceeded?.Invoke());
    }
}
