namespace Isolation;

/// <summary>What happens to a system call; see seccomp(2) for each. The default value kills the process.</summary>
public readonly record struct SystemCallAction
{
    private SystemCallAction(SystemCallActionKind kind, int data = 0)
    {
        Kind = kind;
        Data = data;
    }

    /// <summary>The kind of action.</summary>
    public SystemCallActionKind Kind { get; }

    /// <summary>
    /// The error number of <see cref="Errno"/>, or the number for the tracer of <see cref="Trace"/>; else 0.
    /// </summary>
    public int Data { get; }

    /// <summary>The call is made.</summary>
    public static SystemCallAction Allow { get; } = new(SystemCallActionKind.Allow);

    /// <summary>
    /// The process is killed with SIGSYS; its result is <see cref="SandboxOutcome.SystemCallDenied"/>. Linux 4.14.
    /// </summary>
    public static SystemCallAction KillProcess { get; } = new(SystemCallActionKind.KillProcess);

    /// <summary>
    /// The thread that makes the call is killed with SIGSYS, and with it the process if it is the only one.
    /// </summary>
    public static SystemCallAction KillThread { get; } = new(SystemCallActionKind.KillThread);

    /// <summary>
    /// The call is not made; the thread gets SIGSYS, which a program can handle and which else kills it.
    /// </summary>
    public static SystemCallAction Trap { get; } = new(SystemCallActionKind.Trap);

    /// <summary>
    /// The call is made, and the kernel's log tells of it (Linux 4.14). The log is the host's: a payload can fill it.
    /// </summary>
    public static SystemCallAction Log { get; } = new(SystemCallActionKind.Log);

    /// <summary>The host decides (Linux 5.0).</summary>
    public static SystemCallAction Notify { get; } = new(SystemCallActionKind.Notify);

    /// <summary>The call is not made and fails with an error number; with 0 it seems to have succeeded.</summary>
    /// <param name="number">The error number, 0 to 4095; 1 stands for "not permitted", 38 for "no such call".</param>
    public static SystemCallAction Errno(int number) => new(SystemCallActionKind.Errno, number);

    /// <summary>
    /// A tracer of the payload decides; without one the call fails as one that the kernel does not have.
    /// </summary>
    /// <param name="data">A number for the tracer.</param>
    public static SystemCallAction Trace(ushort data) => new(SystemCallActionKind.Trace, data);

    /// <inheritdoc/>
    public override string ToString() => Kind is SystemCallActionKind.Errno or SystemCallActionKind.Trace
        ? $"{Kind}({Data})"
        : Kind.ToString();
}
