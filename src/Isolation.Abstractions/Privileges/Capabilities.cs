namespace Isolation;

/// <summary>
/// Specifies the capabilities into which Linux divides the privileges of root; see capabilities(7). Names are those of
/// the manual page, written out; the value of each member is the bit of the capability's number. In a sandbox with a
/// new user namespace, capabilities apply only to resources that belong to the sandbox.
/// </summary>
[Flags]
public enum Capabilities : ulong
{
    /// <summary>No capabilities.</summary>
    None = 0,

    /// <summary><c>CAP_CHOWN</c>: change owners of any file.</summary>
    Chown = 1UL << 0,

    /// <summary><c>CAP_DAC_OVERRIDE</c>: bypass permission checks for reading, writing and executing files.</summary>
    DacOverride = 1UL << 1,

    /// <summary>
    /// <c>CAP_DAC_READ_SEARCH</c>: bypass permission checks for reading files and entering directories.
    /// </summary>
    DacReadSearch = 1UL << 2,

    /// <summary><c>CAP_FOWNER</c>: perform operations reserved to a file's owner, such as changing its mode.</summary>
    FileOwner = 1UL << 3,

    /// <summary><c>CAP_FSETID</c>: keep set-user-id and set-group-id bits when a file is changed.</summary>
    KeepSetId = 1UL << 4,

    /// <summary><c>CAP_KILL</c>: signal processes of other users.</summary>
    Kill = 1UL << 5,

    /// <summary><c>CAP_SETGID</c>: switch to any group id, and set supplementary groups.</summary>
    SetGroupId = 1UL << 6,

    /// <summary><c>CAP_SETUID</c>: switch to any user id.</summary>
    SetUserId = 1UL << 7,

    /// <summary><c>CAP_SETPCAP</c>: change the bounding set and the secure bits.</summary>
    SetCapabilities = 1UL << 8,

    /// <summary><c>CAP_LINUX_IMMUTABLE</c>: set the append-only and immutable flags of files.</summary>
    LinuxImmutable = 1UL << 9,

    /// <summary><c>CAP_NET_BIND_SERVICE</c>: bind ports below 1024.</summary>
    NetBindService = 1UL << 10,

    /// <summary><c>CAP_NET_BROADCAST</c>: unused by the kernel.</summary>
    NetBroadcast = 1UL << 11,

    /// <summary><c>CAP_NET_ADMIN</c>: configure the network.</summary>
    NetAdmin = 1UL << 12,

    /// <summary><c>CAP_NET_RAW</c>: use raw and packet sockets.</summary>
    NetRaw = 1UL << 13,

    /// <summary><c>CAP_IPC_LOCK</c>: lock memory.</summary>
    IpcLock = 1UL << 14,

    /// <summary><c>CAP_IPC_OWNER</c>: bypass permission checks for System V IPC objects.</summary>
    IpcOwner = 1UL << 15,

    /// <summary><c>CAP_SYS_MODULE</c>: load kernel modules.</summary>
    SystemModule = 1UL << 16,

    /// <summary><c>CAP_SYS_RAWIO</c>: access I/O ports and raw memory.</summary>
    SystemRawIo = 1UL << 17,

    /// <summary><c>CAP_SYS_CHROOT</c>: call chroot(2), and join mount namespaces.</summary>
    SystemChroot = 1UL << 18,

    /// <summary><c>CAP_SYS_PTRACE</c>: trace any process.</summary>
    SystemPtrace = 1UL << 19,

    /// <summary><c>CAP_SYS_PACCT</c>: switch process accounting on and off.</summary>
    SystemAccounting = 1UL << 20,

    /// <summary><c>CAP_SYS_ADMIN</c>: mount file systems, and perform many other administrative operations.</summary>
    SystemAdmin = 1UL << 21,

    /// <summary><c>CAP_SYS_BOOT</c>: call reboot(2).</summary>
    SystemBoot = 1UL << 22,

    /// <summary><c>CAP_SYS_NICE</c>: raise priorities, and set the scheduling of other processes.</summary>
    SystemNice = 1UL << 23,

    /// <summary><c>CAP_SYS_RESOURCE</c>: override quotas and resource limits.</summary>
    SystemResource = 1UL << 24,

    /// <summary><c>CAP_SYS_TIME</c>: set clocks.</summary>
    SystemTime = 1UL << 25,

    /// <summary><c>CAP_SYS_TTY_CONFIG</c>: hang up terminals.</summary>
    SystemTerminalConfig = 1UL << 26,

    /// <summary><c>CAP_MKNOD</c>: create device files.</summary>
    MakeDevices = 1UL << 27,

    /// <summary><c>CAP_LEASE</c>: take leases on any file.</summary>
    Lease = 1UL << 28,

    /// <summary><c>CAP_AUDIT_WRITE</c>: write to the kernel audit log.</summary>
    AuditWrite = 1UL << 29,

    /// <summary><c>CAP_AUDIT_CONTROL</c>: configure the kernel audit log.</summary>
    AuditControl = 1UL << 30,

    /// <summary><c>CAP_SETFCAP</c>: set file capabilities, and map host id 0.</summary>
    SetFileCapabilities = 1UL << 31,

    /// <summary><c>CAP_MAC_OVERRIDE</c>: override mandatory access control (Smack).</summary>
    MacOverride = 1UL << 32,

    /// <summary><c>CAP_MAC_ADMIN</c>: configure mandatory access control (Smack).</summary>
    MacAdmin = 1UL << 33,

    /// <summary><c>CAP_SYSLOG</c>: read the kernel log, and see kernel addresses.</summary>
    SystemLog = 1UL << 34,

    /// <summary><c>CAP_WAKE_ALARM</c>: wake the system up.</summary>
    WakeAlarm = 1UL << 35,

    /// <summary><c>CAP_BLOCK_SUSPEND</c>: prevent the system from suspending.</summary>
    BlockSuspend = 1UL << 36,

    /// <summary><c>CAP_AUDIT_READ</c>: read the kernel audit log through a multicast socket.</summary>
    AuditRead = 1UL << 37,

    /// <summary><c>CAP_PERFMON</c>: use performance monitoring (Linux 5.8).</summary>
    PerformanceMonitoring = 1UL << 38,

    /// <summary><c>CAP_BPF</c>: load BPF programs of some kinds (Linux 5.8).</summary>
    Bpf = 1UL << 39,

    /// <summary><c>CAP_CHECKPOINT_RESTORE</c>: checkpoint and restore processes (Linux 5.9).</summary>
    CheckpointRestore = 1UL << 40,

    /// <summary>All capabilities of Linux 6.18.</summary>
    All = (1UL << 41) - 1,
}
