namespace Isolation;

/// <summary>
/// Specifies how the application supervises the system calls of a command, by user notification of the kernel (Linux
/// 5.5, seccomp_unotify(2); requires no privilege). While the command starts, its process limit is effectively lower by
/// one.
/// </summary>
/// <remarks>
/// When the process of the command has exited, no decisions are made: calls of its remaining descendants that require a
/// decision fail with ENOSYS.
/// </remarks>
public sealed record SystemCallSupervision
{
    /// <summary>
    /// Gets the handler that decides on calls with <see cref="SystemCallAction.Notify"/>; required if the filter
    /// specifies this action. Default: none.
    /// </summary>
    /// <remarks>
    /// The handler is called on thread pool threads, for up to 64 calls of a command at the same time; further calls
    /// wait. If the handler throws an exception, the call fails with EPERM, and
    /// <see cref="SandboxResult.SystemCallHandlerFailure"/> contains the first exception.
    /// </remarks>
    public SystemCallHandler? Handler { get; init; }

    /// <summary>
    /// Gets the time that a call waits for <see cref="Handler"/> before it fails with EPERM. Must be positive. Default:
    /// 10 seconds.
    /// </summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the calls to record. Default: none.</summary>
    public SystemCallObservation Observation { get; init; }
}
