namespace Isolation;

/// <summary>
/// Represents the action that a filter takes on a system call; see seccomp(2). The default value kills the process.
/// </summary>
public readonly record struct SystemCallAction
{
    private SystemCallAction(SystemCallActionKind kind, int data = 0)
    {
        Kind = kind;
        Data = data;
    }

    /// <summary>Gets the kind of action.</summary>
    public SystemCallActionKind Kind { get; }

    /// <summary>
    /// Gets the error number of <see cref="Errno"/> or the value for the tracer of <see cref="Trace"/>; otherwise 0.
    /// </summary>
    public int Data { get; }

    /// <summary>Gets the action that executes the call.</summary>
    public static SystemCallAction Allow { get; } = new(SystemCallActionKind.Allow);

    /// <summary>
    /// Gets the action that kills the process with SIGSYS; its result is <see cref="SandboxOutcome.SystemCallDenied"/>.
    /// Requires Linux 4.14.
    /// </summary>
    public static SystemCallAction KillProcess { get; } = new(SystemCallActionKind.KillProcess);

    /// <summary>
    /// Gets the action that kills the calling thread with SIGSYS, and the process if it has no other thread.
    /// </summary>
    public static SystemCallAction KillThread { get; } = new(SystemCallActionKind.KillThread);

    /// <summary>
    /// Gets the action that skips the call and sends SIGSYS to the thread. The signal kills the thread unless the
    /// program handles it.
    /// </summary>
    public static SystemCallAction Trap { get; } = new(SystemCallActionKind.Trap);

    /// <summary>
    /// Gets the action that executes the call and writes it to the kernel log (Linux 4.14). The log belongs to the
    /// host: a payload can fill it.
    /// </summary>
    public static SystemCallAction Log { get; } = new(SystemCallActionKind.Log);

    /// <summary>Gets the action that lets the application decide (Linux 5.0).</summary>
    public static SystemCallAction Notify { get; } = new(SystemCallActionKind.Notify);

    /// <summary>
    /// Creates an action that skips the call and makes it fail with an error number; with 0, the call appears to
    /// succeed.
    /// </summary>
    /// <param name="number">The error number, 0 to 4095; 1 means "not permitted", 38 means "no such call".</param>
    public static SystemCallAction Errno(int number) => new(SystemCallActionKind.Errno, number);

    /// <summary>
    /// Creates an action that lets a tracer of the payload decide; without a tracer, the call fails like a call that
    /// the kernel does not implement.
    /// </summary>
    /// <param name="data">A number for the tracer.</param>
    public static SystemCallAction Trace(ushort data) => new(SystemCallActionKind.Trace, data);

    /// <inheritdoc/>
    public override string ToString() => Kind is SystemCallActionKind.Errno or SystemCallActionKind.Trace
        ? $"{Kind}({Data})"
        : Kind.ToString();
}
