namespace Isolation;

/// <summary>
/// What happens to a system call. The first member is the strictest, so that nothing is allowed by leaving it out.
/// </summary>
public enum SystemCallActionKind
{
    /// <summary>The process is killed with SIGSYS.</summary>
    KillProcess,

    /// <summary>The thread is killed with SIGSYS.</summary>
    KillThread,

    /// <summary>The call is not made; the thread gets the signal SIGSYS, which a program can handle.</summary>
    Trap,

    /// <summary>The call is not made and fails with an error number.</summary>
    Errno,

    /// <summary>The host decides.</summary>
    Notify,

    /// <summary>A tracer decides; without one the call fails as one that the kernel does not have.</summary>
    Trace,

    /// <summary>The call is made, and the kernel's log tells of it.</summary>
    Log,

    /// <summary>The call is made.</summary>
    Allow,
}
