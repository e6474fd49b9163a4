using System.Runtime.InteropServices;

namespace Isolation.Linux.Interop;

/// <summary>Provides calls for processes and signals.</summary>
internal static unsafe partial class Kernel
{
    internal const int PAll = 0;
    internal const int PPidfd = 3;
    internal const int Wnohang = 1;
    internal const int Wexited = 4;
    internal const int Wnowait = 0x01000000;
    internal const int Wall = 0x40000000;
    internal const int CldExited = 1;
    internal const int CldDumped = 3;
    internal const int CoreDumped = 0x80;
    internal const int SigSetmask = 2;
    internal const int ClockMonotonic = 1;
    internal const int ClockProcessCpuTime = 2;

    internal const int PrSetPdeathsig = 1;
    internal const int PrGetDumpable = 3;
    internal const int PrSetDumpable = 4;
    internal const int PrSetKeepcaps = 8;
    internal const int PrSetName = 15;
    internal const int PrCapbsetDrop = 24;
    internal const int PrSetSecurebits = 28;
    internal const int PrSetChildSubreaper = 36;
    internal const int PrSetNoNewPrivs = 38;
    internal const int PrSetSpeculationCtrl = 53;
    internal const int PrSpecStoreBypass = 0;
    internal const int PrSpecIndirectBranch = 1;
    internal const int PrSpecL1dFlush = 2;
    internal const int PrSpecEnable = 2;
    internal const int PrSpecForceDisable = 8;
    internal const int PrSchedCore = 62;
    internal const int PrSchedCoreCreate = 1;
    internal const int PrSetMdwe = 65;
    internal const int PrMdweRefuseExecGain = 1;
    internal const int KeyctlJoinSessionKeyring = 1;
    internal const int KcmpVm = 1;
    internal const int PerLinux = 0;
    internal const int PrCapAmbient = 47;
    internal const int PrCapAmbientRaise = 2;
    internal const int PrCapAmbientClearAll = 4;

    internal const int CapSetgid = 6;
    internal const int CapSetuid = 7;
    internal const int CapSetpcap = 8;
    internal const int CapSysPtrace = 19;
    internal const int CapSysAdmin = 21;
    internal const long CapabilityVersion3 = 0x20080522;

    internal const short Pollin = 1;
    internal const short Pollout = 4;
    internal const short Pollhup = 0x10;

    /// <summary>prctl(2), for options that apply to the whole process.</summary>
    internal static long prctl(int option, long value) => Invoke(Calls.Prctl, option, value, 0, 0, 0);

    /// <summary>kcmp(2). Returns 0 if two processes share a resource.</summary>
    internal static long kcmp(int first, int second, int kind) => Invoke(Calls.Kcmp, first, second, kind, 0, 0);

    /// <summary>pidfd_open(2).</summary>
    internal static long pidfd_open(int pid) => Invoke(Calls.PidfdOpen, pid, 0);

    /// <summary>prlimit(2). Gets a resource limit of this process.</summary>
    internal static (ulong Soft, ulong Hard) ReadResourceLimit(int resource)
    {
        Span<ulong> limit = stackalloc ulong[2];
        fixed (ulong* address = limit)
        {
            return Invoke(Calls.Prlimit64, 0, resource, 0, (long)address) < 0
                ? (ulong.MaxValue, ulong.MaxValue)
                : (limit[0], limit[1]);
        }
    }

    /// <summary>
    /// clock_gettime(2) of the process clock that clock_getcpuclockid(3) returns. Gets the CPU time of all threads,
    /// including those that have ended, in nanoseconds; null if there is no such process.
    /// </summary>
    internal static long? ReadCpuClock(int process)
    {
        const int WholeProcess = 2;
        Span<long> time = stackalloc long[2];
        fixed (long* address = time)
        {
            long result = Invoke(Calls.ClockGettime, (~process << 3) | WholeProcess, (long)address);
            return result < 0 ? null : (time[0] * 1_000_000_000) + time[1];
        }
    }

    /// <summary>pidfd_send_signal(2).</summary>
    internal static long pidfd_send_signal(int pidfd, int signal) => Invoke(Calls.PidfdSendSignal, pidfd, signal, 0, 0);

    /// <summary>
    /// waitid(2) on a pidfd. Returns 0 with <paramref name="ended"/> false if the process still runs.
    /// </summary>
    internal static long waitid(int pidfd, int options, out bool ended)
    {
        SignalInformation information = default;
        long result = Invoke(Calls.Waitid, PPidfd, pidfd, (long)(&information), options | Wexited | Wall);
        ended = information.Signal != 0;
        return result;
    }

    /// <summary>
    /// waitid(2) on a pidfd of a child that has ended, with the usage of the child and its descendants.
    /// </summary>
    /// <param name="pidfd">The pidfd.</param>
    /// <param name="status">The status as wait4(2) reports it.</param>
    /// <param name="usage">The memory of <c>struct rusage</c>.</param>
    internal static long waitid(int pidfd, out int status, Span<byte> usage)
    {
        SignalInformation information = default;
        fixed (byte* resources = usage)
        {
            long result = Invoke(
                Calls.Waitid, PPidfd, pidfd, (long)(&information), Wexited | Wall, (long)resources);
            status = information.Code == CldExited
                ? information.Status << 8
                : information.Status | (information.Code == CldDumped ? CoreDumped : 0);
            return result;
        }
    }

    /// <summary>wait4(2). Blocks until a child has ended.</summary>
    internal static long wait4(int pid, int options)
    {
        long result;
        do
        {
            result = Invoke(Calls.Wait4, pid, 0, options, 0);
        }
        while (result == -Errno.EINTR);

        return result;
    }

    /// <summary>kill(2).</summary>
    internal static long kill(int pid, int signal) => Invoke(Calls.Kill, pid, signal);

    /// <summary>ppoll(2) of one descriptor, with a timeout in nanoseconds; a negative value means no timeout.</summary>
    internal static long poll(int fd, long nanoseconds, short events = Pollin)
    {
        PollDescriptor descriptor = new() { Descriptor = fd, Events = events };
        long* time = stackalloc long[2] { nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000 };
        return Invoke(Calls.Ppoll, (long)(&descriptor), 1, nanoseconds < 0 ? 0 : (long)time, 0, 8);
    }

    /// <summary>Gets the current readiness of a descriptor, as <c>revents</c>.</summary>
    internal static int poll(int fd)
    {
        PollDescriptor descriptor = new() { Descriptor = fd, Events = Pollin };
        long* none = stackalloc long[2] { 0, 0 };
        Invoke(Calls.Ppoll, (long)(&descriptor), 1, (long)none, 0, 8);
        return descriptor.Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    internal struct SignalInformation
    {
        [FieldOffset(0)]
        internal int Signal;

        [FieldOffset(4)]
        internal int Error;

        [FieldOffset(8)]
        internal int Code;

        [FieldOffset(16)]
        internal int ProcessId;

        [FieldOffset(20)]
        internal int UserId;

        [FieldOffset(24)]
        internal int Status;
    }
}
