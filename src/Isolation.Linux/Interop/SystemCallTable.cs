using System.Runtime.InteropServices;

namespace Isolation.Linux.Interop;

/// <summary>
/// Provides the numbers of the system calls that the library makes, per architecture. The ABI tests compare them with
/// the kernel headers.
/// </summary>
internal sealed record SystemCallTable
{
    public static SystemCallTable X64 { get; } = new()
    {
        Read = 0,
        Write = 1,
        Close = 3,
        Lseek = 8,
        Pread64 = 17,
        Mmap = 9,
        Kcmp = 312,
        RtSigaction = 13,
        RtSigprocmask = 14,
        Ioctl = 16,
        Sendfile = 40,
        Socket = 41,
        Sendto = 44,
        Sendmsg = 46,
        Recvmsg = 47,
        Shutdown = 48,
        Socketpair = 53,
        ExitGroup = 231,
        Wait4 = 61,
        Kill = 62,
        Fcntl = 72,
        Ftruncate = 77,
        Chdir = 80,
        Fchdir = 81,
        Fchmod = 91,
        Umask = 95,
        Getppid = 110,
        Setsid = 112,
        Setgroups = 116,
        Setresuid = 117,
        Setresgid = 119,
        Capset = 126,
        Bpf = 321,
        Geteuid = 107,
        Getegid = 108,
        Setpriority = 141,
        Prctl = 157,
        Personality = 135,
        Keyctl = 250,
        PivotRoot = 155,
        Chroot = 161,
        Mount = 165,
        Umount2 = 166,
        Sethostname = 170,
        Setdomainname = 171,
        SchedSetaffinity = 203,
        ClockGettime = 228,
        Waitid = 247,
        Getxattr = 191,
        Openat = 257,
        Mkdirat = 258,
        Mknodat = 259,
        Fchownat = 260,
        Unlinkat = 263,
        Getdents64 = 217,
        Renameat2 = 316,
        Symlinkat = 266,
        Fchmodat = 268,
        Faccessat = 269,
        Ppoll = 271,
        Unshare = 272,
        Signalfd4 = 289,
        EpollCtl = 233,
        EpollPwait = 281,
        EpollCreate1 = 291,
        Eventfd2 = 290,
        Dup3 = 292,
        Pipe2 = 293,
        Prlimit64 = 302,
        Setns = 308,
        MemfdCreate = 319,
        Statx = 332,
        Execveat = 322,
        Execve = 59,
        Exit = 60,
        Seccomp = 317,
        Futex = 202,
        PerfEventOpen = 298,
        PidfdSendSignal = 424,
        OpenTree = 428,
        MoveMount = 429,
        Fsopen = 430,
        Fsconfig = 431,
        Fsmount = 432,
        PidfdOpen = 434,
        Clone3 = 435,
        CloseRange = 436,
        Openat2 = 437,
        MountSetattr = 442,
        LandlockCreateRuleset = 444,
        LandlockAddRule = 445,
        LandlockRestrictSelf = 446,
    };

    public static SystemCallTable Arm64 { get; } = new()
    {
        Read = 63,
        Write = 64,
        Close = 57,
        Lseek = 62,
        Pread64 = 67,
        Mmap = 222,
        Kcmp = 272,
        RtSigaction = 134,
        RtSigprocmask = 135,
        Ioctl = 29,
        Sendfile = 71,
        Socket = 198,
        Sendto = 206,
        Sendmsg = 211,
        Recvmsg = 212,
        Shutdown = 210,
        Socketpair = 199,
        ExitGroup = 94,
        Wait4 = 260,
        Kill = 129,
        Fcntl = 25,
        Ftruncate = 46,
        Chdir = 49,
        Fchdir = 50,
        Fchmod = 52,
        Umask = 166,
        Getppid = 173,
        Setsid = 157,
        Setgroups = 159,
        Setresuid = 147,
        Setresgid = 149,
        Capset = 91,
        Bpf = 280,
        Geteuid = 175,
        Getegid = 177,
        Setpriority = 140,
        Prctl = 167,
        Personality = 92,
        Keyctl = 219,
        PivotRoot = 41,
        Chroot = 51,
        Mount = 40,
        Umount2 = 39,
        Sethostname = 161,
        Setdomainname = 162,
        SchedSetaffinity = 122,
        ClockGettime = 113,
        Waitid = 95,
        Getxattr = 8,
        Openat = 56,
        Mkdirat = 34,
        Mknodat = 33,
        Fchownat = 54,
        Unlinkat = 35,
        Getdents64 = 61,
        Renameat2 = 276,
        Symlinkat = 36,
        Fchmodat = 53,
        Faccessat = 48,
        Ppoll = 73,
        Unshare = 97,
        Signalfd4 = 74,
        EpollCtl = 21,
        EpollPwait = 22,
        EpollCreate1 = 20,
        Eventfd2 = 19,
        Dup3 = 24,
        Pipe2 = 59,
        Prlimit64 = 261,
        Setns = 268,
        MemfdCreate = 279,
        Statx = 291,
        Execveat = 281,
        Execve = 221,
        Exit = 93,
        Seccomp = 277,
        Futex = 98,
        PerfEventOpen = 241,
        PidfdSendSignal = 424,
        OpenTree = 428,
        MoveMount = 429,
        Fsopen = 430,
        Fsconfig = 431,
        Fsmount = 432,
        PidfdOpen = 434,
        Clone3 = 435,
        CloseRange = 436,
        Openat2 = 437,
        MountSetattr = 442,
        LandlockCreateRuleset = 444,
        LandlockAddRule = 445,
        LandlockRestrictSelf = 446,
    };

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
    public required int Sendmsg { get; init; }
    public required int Recvmsg { get; init; }
    public required int Shutdown { get; init; }
    public required int Socketpair { get; init; }
    public required int ExitGroup { get; init; }
    public required int Wait4 { get; init; }
    public required int Kill { get; init; }
    public required int Fcntl { get; init; }
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
    public required int Clone3 { get; init; }
    public required int CloseRange { get; init; }
    public required int Openat2 { get; init; }
    public required int MountSetattr { get; init; }
    public required int LandlockCreateRuleset { get; init; }
    public required int LandlockAddRule { get; init; }
    public required int LandlockRestrictSelf { get; init; }
}
