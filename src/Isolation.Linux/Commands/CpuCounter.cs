using System.Runtime.InteropServices;
using Isolation.Linux.Errors;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Commands;

/// <summary>
/// Counts the CPU time of a command where no control group does: a counter of the kernel that the command's process
/// opens for itself, before it becomes the payload, and passes to the host. Everything that descends from the process
/// counts, also children that nobody waits for, and nobody but the host can read or stop the counter. The kernel takes
/// it off a process that executes a file that it may not read (mode 0111), or a set-user-id program.
/// </summary>
internal sealed class CpuCounter : IDisposable
{
    private static readonly Lazy<bool> MayCount = new(TryOpen);
    private readonly SafeFileHandle _hostEnd;
    private int _payloadEnd;
    private SafeFileHandle? _counter;

    private CpuCounter()
    {
        SandboxErrors.Check(
            Kernel.socketpair(Kernel.AfUnix, Kernel.SockSeqpacket | Kernel.SockCloexec | Kernel.ONonblock, out int host,
                out _payloadEnd),
            "create a socket for the counter of CPU time", null);
        _hostEnd = new SafeFileHandle(host, true);
    }

    /// <summary>The socket that goes to init. It is the counter's to close.</summary>
    internal int PayloadEnd => _payloadEnd;

    /// <summary>
    /// Null where the host may not count: <c>kernel.perf_event_paranoid</c> or a filter of system calls forbids it.
    /// </summary>
    internal static CpuCounter? Create() => MayCount.Value ? new CpuCounter() : null;

    /// <summary>Steps of the command's process, which go on without a counter if the kernel refuses it.</summary>
    /// <param name="b">The program.</param>
    /// <param name="socket">The word that holds the number of the socket.</param>
    internal static void Open(ProgramBuilder b, long socket)
    {
        Label none = b.NewLabel();
        long counter = b.Reserve(8);
        long attributes = b.AddBytes(MemoryMarshal.AsBytes(Kernel.InheritedTaskClock));
        b.Branch(
            SystemCallTable.Current.PerfEventOpen, [attributes, 0, -1, -1, Kernel.PerfFlagFdCloexec], counter,
            Label.Next, none, none);
        b.Try(SystemCallTable.Current.Sendmsg, Value.Word(socket), DescriptorMessage.Prepare(b, counter),
            Kernel.MsgNosignal);
        b.Mark(none);
    }

    /// <summary>Closes the end of the payload, once init has got it.</summary>
    internal void ClosePayloadEnd()
    {
        if (Interlocked.Exchange(ref _payloadEnd, -1) is >= 0 and int end)
        {
            Kernel.close(end);
        }
    }

    /// <summary>The time counted so far; null: nothing counts.</summary>
    internal TimeSpan? Read()
    {
        if (_counter is null && Receive() is >= 0 and int received)
        {
            _counter = new SafeFileHandle(received, true);
        }

        if (_counter is null)
        {
            return null;
        }

        Span<byte> nanoseconds = stackalloc byte[sizeof(long)];
        return Kernel.read((int)_counter.DangerousGetHandle(), nanoseconds) == sizeof(long)
            ? new TimeSpan(BitConverter.ToInt64(nanoseconds) / 100)
            : null;
    }

    public void Dispose()
    {
        ClosePayloadEnd();
        _hostEnd.Dispose();
        _counter?.Dispose();
    }

    private int Receive()
    {
        Span<byte> message = stackalloc byte[sizeof(long)];
        return Kernel.recvmsg((int)_hostEnd.DangerousGetHandle(), message, out int descriptor) > 0 ? descriptor : -1;
    }

    private static bool TryOpen()
    {
        long counter = Kernel.perf_event_open(Kernel.InheritedTaskClock);
        if (counter >= 0)
        {
            Kernel.close((int)counter);
        }

        return counter >= 0;
    }
}
