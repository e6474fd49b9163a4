using System.Runtime.InteropServices;
using Isolation.Linux.Errors;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Commands;

/// <summary>
/// Counts the CPU time of a command without a cgroup. The command's process opens a kernel counter for itself, before
/// it becomes the payload, and passes it to the application. The counter includes all descendants, even children that
/// no process reaps, and only the application can read or stop it. The kernel detaches it from a process that executes
/// an unreadable file (mode 0111) or a set-user-id program.
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

    /// <summary>Gets the socket that is sent to init. The counter closes it.</summary>
    internal int PayloadEnd => _payloadEnd;

    /// <summary>
    /// Creates a counter; null if <c>kernel.perf_event_paranoid</c> or a system call filter denies counting to the
    /// application.
    /// </summary>
    internal static CpuCounter? Create() => MayCount.Value ? new CpuCounter() : null;

    /// <summary>
    /// Adds the steps of the command's process, which continue without a counter if the kernel denies it.
    /// </summary>
    /// <param name="b">The program builder.</param>
    /// <param name="socket">The address of the word that holds the number of the socket.</param>
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

    /// <summary>Closes the payload's end, after init has received it.</summary>
    internal void ClosePayloadEnd()
    {
        if (Interlocked.Exchange(ref _payloadEnd, -1) is >= 0 and int end)
        {
            Kernel.close(end);
        }
    }

    /// <summary>Reads the time counted so far; null if no counter exists.</summary>
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
