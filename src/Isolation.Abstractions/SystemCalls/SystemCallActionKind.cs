namespace Isolation;

/// <summary>
/// Specifies the action that a filter takes on a system call. The default value is the strictest action, so that an
/// omitted value never allows a call.
/// </summary>
public enum SystemCallActionKind
{
    /// <summary>The process is killed with SIGSYS.</summary>
    KillProcess,

    /// <summary>The thread is killed with SIGSYS.</summary>
    KillThread,

    /// <summary>The call is skipped; the thread receives SIGSYS, which a program can handle.</summary>
    Trap,

    /// <summary>The call is skipped and fails with an error number.</summary>
    Errno,

    /// <summary>The application decides.</summary>
    Notify,

    /// <summary>A tracer decides; without one, the call fails like a call that the kernel does not implement.</summary>
    Trace,

    /// <summary>The call is executed and written to the kernel log.</summary>
    Log,

    /// <summary>The call is executed.</summary>
    Allow,
}
