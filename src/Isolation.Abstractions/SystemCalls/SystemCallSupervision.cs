namespace Isolation;

/// <summary>
/// How the host takes part in the system calls of a command, by the kernel's user notification (Linux 5.5,
/// seccomp_unotify(2); no privilege). The command may make one process less than its limit while it is started.
/// </summary>
/// <remarks>
/// When the command's own process has ended, nobody decides any more: what it left running gets ENOSYS for such calls.
/// </remarks>
public sealed record SystemCallSupervision
{
    /// <summary>
    /// Decides on calls with <see cref="SystemCallAction.Notify"/>; needed where the filter has any. Default: none.
    /// </summary>
    /// <remarks>
    /// Called on threads of the pool, for up to 64 calls of a command at once; further ones wait. Where it throws, the
    /// call fails with EPERM and <see cref="SandboxResult.SystemCallHandlerFailure"/> tells of it.
    /// </remarks>
    public SystemCallHandler? Handler { get; init; }

    /// <summary>
    /// How long a call waits for <see cref="Handler"/>; then it fails with EPERM. More than zero. Default: 10 seconds.
    /// </summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Which calls are written down. Default: none.</summary>
    public SystemCallObservation Observation { get; init; }
}
