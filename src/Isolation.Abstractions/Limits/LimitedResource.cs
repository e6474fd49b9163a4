namespace Isolation;

/// <summary>Specifies one of the sixteen resources of setrlimit(2).</summary>
public enum LimitedResource
{
    /// <summary>CPU time in seconds (RLIMIT_CPU).</summary>
    CpuTime = 0,

    /// <summary>Size of a file in bytes (RLIMIT_FSIZE).</summary>
    FileSize = 1,

    /// <summary>Data segment in bytes (RLIMIT_DATA).</summary>
    Data = 2,

    /// <summary>Stack in bytes (RLIMIT_STACK).</summary>
    Stack = 3,

    /// <summary>Core file in bytes (RLIMIT_CORE).</summary>
    CoreFile = 4,

    /// <summary>Resident set in bytes; no effect since Linux 2.4.30 (RLIMIT_RSS).</summary>
    ResidentSet = 5,

    /// <summary>Processes of the user id (RLIMIT_NPROC).</summary>
    Processes = 6,

    /// <summary>Open files: one more than the highest file descriptor (RLIMIT_NOFILE).</summary>
    OpenFiles = 7,

    /// <summary>Locked memory in bytes (RLIMIT_MEMLOCK).</summary>
    LockedMemory = 8,

    /// <summary>
    /// Address space in bytes (RLIMIT_AS). Not suitable as a memory limit: Java, Node and .NET reserve far more than
    /// they use.
    /// </summary>
    AddressSpace = 9,

    /// <summary>File locks; no effect since Linux 2.4.25 (RLIMIT_LOCKS).</summary>
    FileLocks = 10,

    /// <summary>Queued signals (RLIMIT_SIGPENDING).</summary>
    PendingSignals = 11,

    /// <summary>POSIX message queues in bytes (RLIMIT_MSGQUEUE).</summary>
    MessageQueues = 12,

    /// <summary>20 minus the lowest nice value that may be set (RLIMIT_NICE).</summary>
    Nice = 13,

    /// <summary>Real-time priority (RLIMIT_RTPRIO).</summary>
    RealTimePriority = 14,

    /// <summary>CPU time of a real-time thread without a blocking call, in microseconds (RLIMIT_RTTIME).</summary>
    RealTimeTime = 15,
}
