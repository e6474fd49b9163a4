using System.Collections.Immutable;
using Isolation.Linux.Interop;
using static Isolation.ArgumentComparison;
using static Isolation.Linux.Seccomp.Profiles.CallArguments;
using static Isolation.Linux.Seccomp.Profiles.RuleText;

namespace Isolation.Linux.Seccomp.Profiles;

/// <summary>
/// Provides the system calls that general-purpose programs need; all others fail with EPERM. Lists of which other
/// profiles omit a part are separate. For the reason why a call is missing, see docs/system-calls.md.
/// </summary>
internal static class DefaultProfile
{
    /// <summary>Files, by path and by descriptor; mounts and permissions decide which files are reachable.</summary>
    internal const string Files = """
        access chdir close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fallocate
        fchdir
        fcntl fdatasync fgetxattr file_getattr flistxattr flock fstat fstatfs fsync ftruncate getcwd getdents getdents64
        getxattr getxattrat lgetxattr link linkat listxattr listxattrat llistxattr lseek lstat mkdir mkdirat mknod
        mknodat
        newfstatat open openat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink
        readlinkat
        readv rename renameat renameat2 rmdir sendfile splice stat statfs statx symlink symlinkat sync_file_range tee
        truncate umask unlink unlinkat vmsplice write writev pipe pipe2
        """;

    /// <summary>Permissions, owners, times and attributes of files, which Landlock does not restrict.</summary>
    internal const string Attributes = """
        chmod fchmod fchmodat fchmodat2 chown fchown fchownat lchown utime utimes utimensat futimesat
        setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat
        """;

    /// <summary>Waiting for descriptors.</summary>
    internal const string Waiting = """
        epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 poll ppoll pselect6
        select
        signalfd signalfd4 timerfd_create timerfd_gettime timerfd_settime
        """;

    /// <summary>The process's own memory.</summary>
    internal const string Memory = """
        brk cachestat madvise map_shadow_stack membarrier mincore mlock mlock2 mlockall mmap mprotect mremap mseal msync
        munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect
        """;

    /// <summary>
    /// Processes, threads, ids and signals; the kernel's own rules and namespaces decide which processes are reachable.
    /// </summary>
    internal const string Processes = """
        arch_prctl capget capset execve execveat exit exit_group fork getcpu getegid geteuid getgid getgroups getpgid
        getpgrp getpid getppid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid get_robust_list
        ioprio_get pause pidfd_open pidfd_send_signal restart_syscall rseq rseq_slice_yield rt_sigaction
        rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
        sched_getaffinity sched_getattr sched_getparam sched_get_priority_max sched_get_priority_min sched_getscheduler
        sched_rr_get_interval sched_yield setfsgid setfsuid setgid setgroups setpgid setregid setresgid setresuid
        setreuid
        setsid setuid set_robust_list set_tid_address sigaltstack tgkill tkill uretprobe vfork wait4 waitid
        futex futex_requeue futex_wait futex_waitv futex_wake
        """;

    /// <summary>Calls that take one or more process ids and that only namespaces confine.</summary>
    internal const string OtherProcesses = "kill sched_setaffinity setpriority";

    /// <summary>Time and system information.</summary>
    internal const string Facts = """
        alarm clock_getres clock_gettime clock_nanosleep getitimer getrandom gettimeofday nanosleep setitimer sysinfo
        time
        timer_create timer_delete timer_getoverrun timer_gettime timer_settime times uname
        """;

    /// <summary>Existing sockets.</summary>
    internal const string OpenSockets = """
        getpeername getsockname getsockopt recvfrom recvmmsg recvmsg sendmmsg sendmsg sendto setsockopt shutdown
        """;

    /// <summary>Calls that only this profile and the runtime profiles have.</summary>
    internal const string Further = """
        accept accept4 bind connect listen
        inotify_add_watch inotify_init inotify_init1 inotify_rm_watch
        mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink
        msgctl msgget msgrcv msgsnd semctl semget semop semtimedop shmat shmctl shmdt shmget
        ioprio_set process_mrelease sched_setattr sched_setparam sched_setscheduler
        memfd_create memfd_secret sync syncfs
        landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp # take rights away only
        """;

    /// <summary>Calls that are partly refused in every profile.</summary>
    internal static ImmutableArray<SystemCallRule> Partly { get; } =
    [
        // No new namespaces: in them, an unprivileged program would reach kernel code written for root.
        Allow("clone").When(Masked(0, NewNamespaces, 0)),

        // The flags are in memory, which a filter cannot inspect. C libraries fall back to clone.
        Deny(Errno.ENOSYS, "clone3"),

        // Asynchronous I/O contexts come from one machine-wide pool (fs.aio-max-nr) that cannot be partitioned.
        // Programs fall back as on a kernel without asynchronous I/O.
        Deny(Errno.ENOSYS, "io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit"),

        // Fake terminal input, and line disciplines, which load modules.
        Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, TerminalInput)),
        Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, TerminalLinux)),
        Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, TerminalDiscipline)),
        Allow("ioctl"),

        // The counter of the command's CPU time belongs to the command until it is executed.
        Deny(Errno.EPERM, "prctl").When(Int32Equal(0, DisablePerformanceEvents)),
        Allow("prctl"),

        // READ_IMPLIES_EXEC and address randomization cannot be changed.
        Allow("personality").When(Int32Equal(0, PersonalityLinux)),
        Allow("personality").When(Int32Equal(0, PersonalityLinux32)),
        Allow("personality").When(Int32Equal(0, PersonalityUname26)),
        Allow("personality").When(Int32Equal(0, PersonalityUname26 | PersonalityLinux32)),
        Allow("personality").When(Int32Equal(0, PersonalityQuery)),

        // Lowering the limit from 1 to 0 would start the host's piped core-file handler, see core(5).
        Deny(Errno.EPERM, "setrlimit").When(Int32Equal(0, CoreLimit)),
        Allow("setrlimit"),

        // As setrlimit, and only for the calling process: the kernel lets a process change the limits of others with
        // the same ids, such as those of the sandbox's first process. All limits can be read, and of the 16 limits all
        // except that of core files can be changed: 0 to 3, 5, 6 and 7, 8 to 15.
        Allow("prlimit64").When(Int32Equal(0, 0), Equal(2, 0)),
        Allow("prlimit64").When(Int32Equal(0, 0), Masked(1, uint.MaxValue & ~3u, 0)),
        Allow("prlimit64").When(Int32Equal(0, 0), Int32Equal(1, CoreLimit + 1)),
        Allow("prlimit64").When(Int32Equal(0, 0), Masked(1, uint.MaxValue & ~1u, CoreLimit + 2)),
        Allow("prlimit64").When(Int32Equal(0, 0), Masked(1, uint.MaxValue & ~7u, 2 * CoreLimit)),
    ];

    /// <summary>The socket families that programs use; others fail as on a kernel without them.</summary>
    internal static ImmutableArray<SystemCallRule> NewSockets { get; } =
    [
        Allow("socket").When(Int32Equal(0, FamilyUnix)),

        // TCP and UDP. For any other kind or protocol the kernel would load a module if one exists, such as SCTP or
        // DCCP. The kernel takes the kind from the low 4 bits; the others are flags.
        .. Internet(FamilyInternet),
        .. Internet(FamilyInternet6),
        Allow("socket").When(Int32Equal(0, FamilyNetlink), Int32Equal(2, NetlinkRoute)),
        Deny(Errno.EAFNOSUPPORT, "socket"),
        Allow("socketpair").When(Int32Equal(0, FamilyUnix)),
    ];

    internal static ProfileContent Content { get; } = new(
        SystemCallAction.Errno(Errno.EPERM),
        [
            .. Partly, .. NewSockets, Allow(Files), Allow(Attributes), Allow(Waiting), Allow(Memory), Allow(Processes),
            Allow(OtherProcesses),
            Allow(Facts), Allow(OpenSockets), Allow(Further),
        ]);

    private static SystemCallRule[] Internet(int family)
    {
        SystemCallRule Of(int kind, int protocol) =>
            Allow("socket").When(
                Int32Equal(0, family), Masked(1, SocketTypeMask, (ulong)kind), Int32Equal(2, protocol));
        return
        [
            Of(SocketStream, ProtocolDefault),
            Of(SocketStream, ProtocolTcp),
            Of(SocketDatagrams, ProtocolDefault),
            Of(SocketDatagrams, ProtocolUdp),
            Deny(Errno.EPROTONOSUPPORT, "socket").When(Int32Equal(0, family)),
        ];
    }
}
