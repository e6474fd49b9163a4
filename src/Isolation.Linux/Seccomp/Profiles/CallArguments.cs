namespace Isolation.Linux.Seccomp.Profiles;

/// <summary>Provides argument values used in profiles, with the headers that define them.</summary>
internal static class CallArguments
{
    /// <summary>
    /// All namespaces that clone can create: CLONE_NEW* of linux/sched.h except CLONE_NEWTIME, which only clone3 and
    /// unshare accept.
    /// </summary>
    internal const uint NewNamespaces = 0x7E020000;

    // linux/socket.h and sys/socket.h.
    internal const int FamilyUnix = 1;
    internal const int FamilyInternet = 2;
    internal const int FamilyInternet6 = 10;
    internal const int FamilyNetlink = 16;

    internal const int SocketTypeMask = 0xF;
    internal const int SocketStream = 1;
    internal const int SocketDatagrams = 2;
    internal const int SocketPackets = 5;

    // netinet/in.h.
    internal const int ProtocolDefault = 0;
    internal const int ProtocolTcp = 6;
    internal const int ProtocolUdp = 17;

    /// <summary>NETLINK_ROUTE of linux/netlink.h.</summary>
    internal const int NetlinkRoute = 0;

    // asm-generic/ioctls.h.
    internal const int TerminalInput = 0x5412;
    internal const int TerminalLinux = 0x541C;
    internal const int TerminalDiscipline = 0x5423;

    /// <summary>RLIMIT_CORE of asm-generic/resource.h.</summary>
    internal const int CoreLimit = 4;

    /// <summary>PR_TASK_PERF_EVENTS_DISABLE of linux/prctl.h.</summary>
    internal const int DisablePerformanceEvents = 31;

    // linux/fs.h: FS_IOC_SETFLAGS, FS_IOC32_SETFLAGS, FS_IOC_SETVERSION, FS_IOC32_SETVERSION and FS_IOC_FSSETXATTR.
    internal const int SetFileFlags = 0x40086602;
    internal const int SetFileFlags32 = 0x40046602;
    internal const int SetFileVersion = 0x40087602;
    internal const int SetFileVersion32 = 0x40047602;
    internal const int SetExtendedFileFlags = 0x401C5820;

    /// <summary>PRIO_PROCESS of linux/resource.h.</summary>
    internal const int PriorityOfProcess = 0;

    /// <summary>The process id with which kill(2) signals all processes.</summary>
    internal const int Everybody = -1;

    // linux/personality.h.
    internal const int PersonalityLinux = 0;
    internal const int PersonalityLinux32 = 8;
    internal const int PersonalityUname26 = 0x20000;
    internal const int PersonalityQuery = -1;
}
