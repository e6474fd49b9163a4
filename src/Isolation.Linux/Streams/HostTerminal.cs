using Isolation.Linux.Errors;
using Isolation.Linux.Events;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Streams;

/// <summary>
/// Represents the application's end of a command's terminal. The sandbox sends it over a socket; for a sandbox without
/// its own devpts, the application creates the pair.
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

    /// <summary>Expects a terminal that the sandbox creates.</summary>
    /// <param name="size">The size of the terminal.</param>
    /// <param name="total">The counter for the bytes read.</param>
    /// <param name="payloadEnd">The socket over which the terminal is sent. The caller must close it.</param>
    internal static HostTerminal Expect(CommandTerminal size, OutputTotal total, out int payloadEnd)
    {
        SandboxErrors.Check(
            Kernel.socketpair(Kernel.AfUnix, Kernel.SockSeqpacket | Kernel.SockCloexec, out int host, out payloadEnd),
            "make a socket for the terminal of", "the command");
        return new HostTerminal(size, total) { _socket = new SafeFileHandle(host, true) };
    }

    /// <summary>Creates a terminal pair in the application.</summary>
    /// <param name="size">The size of the terminal.</param>
    /// <param name="total">The counter for the bytes read.</param>
    /// <param name="payloadEnd">The payload's end, which the caller must close.</param>
    internal static HostTerminal Make(CommandTerminal size, OutputTotal total, out int payloadEnd)
    {
        SafeFileHandle host = new(
            (int)SandboxErrors.Check(
                Kernel.openat(
                    Kernel.AtFdcwd, Multiplexer, Kernel.ORdwr | Kernel.ONoctty | Kernel.ONonblock | Kernel.OCloexec),
                "make a terminal with", Multiplexer,
                StepKind.MakeTerminal),
            true);
        try
        {
            int number = (int)host.DangerousGetHandle();
            SandboxErrors.Check(
                Kernel.unlock_terminal(number), "unlock the terminal of", "the command", StepKind.MakeTerminal);
            SandboxErrors.Check(
                Kernel.set_terminal_size(number, size.Columns, size.Rows), "set the size of the terminal of",
                "the command");
            payloadEnd = (int)SandboxErrors.Check(
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

    /// <summary>Sets the callback for reads beyond the output limit.</summary>
    internal void Start(Action exceeded) => _exceeded = exceeded;

    /// <summary>Receives the terminal from the sandbox after the command has started.</summary>
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
                    "Cannot receive the terminal of the command: the sandbox has ended, or the application has too "
                    + "many files open.");
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
            SandboxErrors.Check(
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
