using System.Runtime.InteropServices;

namespace Isolation.Linux.Interop;

/// <summary>Represents <c>struct clone_args</c> of linux/sched.h, as of Linux 5.7; see clone3(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CloneArguments
{
    internal const long Vm = 0x100;
    internal const long Files = 0x400;
    internal const long Vfork = 0x4000;
    internal const long Parent = 0x8000;
    internal const long Pidfd = 0x1000;
    internal const long ParentSettid = 0x100000;
    internal const long ChildCleartid = 0x200000;
    internal const long ClearSighand = 0x100000000;
    internal const long NewTime = 0x80;
    internal const long NewNs = 0x20000;
    internal const long NewCgroup = 0x2000000;
    internal const long NewUts = 0x4000000;
    internal const long NewIpc = 0x8000000;
    internal const long NewUser = 0x10000000;
    internal const long NewPid = 0x20000000;
    internal const long NewNet = 0x40000000;

    internal long Flags;
    internal long PidfdAddress;
    internal long ChildTid;
    internal long ParentTid;
    internal long ExitSignal;
    internal long Stack;
    internal long StackSize;
    internal long Tls;
    internal long SetTid;
    internal long SetTidSize;
    internal long Cgroup;
}
