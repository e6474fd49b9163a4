namespace Isolation;

/// <summary>
/// Decides on a system call for which a filter says <see cref="SystemCallAction.Notify"/>. The thread that makes the
/// call waits.
/// </summary>
/// <param name="notification">The call.</param>
/// <param name="cancellationToken">Canceled when the command has ended or the time for an answer is over.</param>
public delegate ValueTask<SystemCallDecision> SystemCallHandler(
    SystemCallNotification notification, CancellationToken cancellationToken);
