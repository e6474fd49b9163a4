using System.Runtime.InteropServices;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.Linux.Interop;

/// <summary>
/// Provides the numbers of the system calls that the library makes, per architecture. The ABI tests compare them with
/// the kernel headers.
/// </summary>
internal sealed partial record SystemCallTable
{
    /// <summary>Gets the table for x86-64.</summary>
    public static SystemCallTable X64 { get; } = Of(SystemCallNames.X64);

    /// <summary>Gets the table for arm64.</summary>
    public static SystemCallTable Arm64 { get; } = Of(SystemCallNames.Arm64);

    /// <summary>
    /// Gets the table for the architecture of this process; the x86-64 table on unsupported architectures.
    /// </summary>
    public static SystemCallTable Current { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? Arm64
        : X64;

    public required int Read { get; init; }
    public required int Write { get; init; }
    public required int Close { get; init; }
    public required int Lseek { get; init; }
    public required int Pread64 { get; init; }
    public required int Mmap { get; init; }
    public required int Kcmp { get; init; }
    public required int RtSigaction { get; init; }
    public required int RtSigprocmask { get; init; }
    public required int Ioctl { get; init; }
    public required int Sendfile { get; init; }
    public required int Socket { get; init; }
    public required int Sendto { get; init; }
    public required int Setsockopt { get; init; }
    public required int Sendmsg { get; init; }
    public required int Recvmsg { get; init; }
    public required int Shutdown { get; init; }
    public required int Socketpair { get; init; }
    public required int ExitGroup { get; init; }
    public required int Wait4 { get; init; }
    public required int Kill { get; init; }
    public required int Fcntl { get; init; }
    public required int Flock { get; init; }
    public required int Ftruncate { get; init; }
    public required int Chdir { get; init; }
    public required int Fchdir { get; init; }
    public required int Fchmod { get; init; }
    public required int Umask { get; init; }
    public required int Getppid { get; init; }
    public required int Setsid { get; init; }
    public required int Setgroups { get; init; }
    public required int Setresuid { get; init; }
    public required int Setresgid { get; init; }
    public required int Capset { get; init; }
    public required int Bpf { get; init; }
    public required int Geteuid { get; init; }
    public required int Getegid { get; init; }
    public required int Setpriority { get; init; }
    public required int Prctl { get; init; }
    public required int Personality { get; init; }
    public required int Keyctl { get; init; }
    public required int PivotRoot { get; init; }
    public required int Chroot { get; init; }
    public required int Mount { get; init; }
    public required int Umount2 { get; init; }
    public required int Sethostname { get; init; }
    public required int Setdomainname { get; init; }
    public required int SchedSetaffinity { get; init; }
    public required int ClockGettime { get; init; }
    public required int Waitid { get; init; }
    public required int Getxattr { get; init; }
    public required int Openat { get; init; }
    public required int Mkdirat { get; init; }
    public required int Mknodat { get; init; }
    public required int Fchownat { get; init; }
    public required int Unlinkat { get; init; }
    public required int Getdents64 { get; init; }
    public required int Renameat2 { get; init; }
    public required int Symlinkat { get; init; }
    public required int Fchmodat { get; init; }
    public required int Faccessat { get; init; }
    public required int Ppoll { get; init; }
    public required int Unshare { get; init; }
    public required int Signalfd4 { get; init; }
    public required int EpollCtl { get; init; }
    public required int EpollPwait { get; init; }
    public required int EpollCreate1 { get; init; }
    public required int Eventfd2 { get; init; }
    public required int Dup3 { get; init; }
    public required int Pipe2 { get; init; }
    public required int Prlimit64 { get; init; }
    public required int Setns { get; init; }
    public required int MemfdCreate { get; init; }
    public required int Statx { get; init; }
    public required int Execveat { get; init; }
    public required int Execve { get; init; }
    public required int Exit { get; init; }
    public required int Seccomp { get; init; }
    public required int Futex { get; init; }
    public required int PerfEventOpen { get; init; }
    public required int PidfdSendSignal { get; init; }
    public required int OpenTree { get; init; }
    public required int MoveMount { get; init; }
    public required int Fsopen { get; init; }
    public required int Fsconfig { get; init; }
    public required int Fsmount { get; init; }
    public required int PidfdOpen { get; init; }
    public required int CloneLegacy { get; init; }
    public required int Clone3 { get; init; }
    public required int CloseRange { get; init; }
    public required int Openat2 { get; init; }
    public required int MountSetattr { get; init; }
    public required int LandlockCreateRuleset { get; init; }
    public required int LandlockAddRule { get; init; }
    public required int LandlockRestrictSelf { get; init; }
    public required int Listen { get; init; }
    public required int Accept4 { get; init; }
    public required int Bind { get; init; }
    public required int Connect { get; init; }
    public required int Getsockopt { get; init; }
    public required int Recvfrom { get; init; }
    public required int Pwritev { get; init; }
    public required int Pwrite64 { get; init; }
    public required int InotifyInit1 { get; init; }
    public required int InotifyAddWatch { get; init; }
}
