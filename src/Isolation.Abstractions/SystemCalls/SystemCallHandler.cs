namespace Isolation;

/// <summary>
/// Decides on a system call for which a filter specifies <see cref="SystemCallAction.Notify"/>. The calling thread
/// waits for the decision.
/// </summary>
/// <param name="notification">The call.</param>
/// <param name="cancellationToken">
/// A token that is canceled when the command has exited or the time for a decision has expired.
/// </param>
public delegate ValueTask<SystemCallDecision> SystemCallHandler(
    SystemCallNotification notification, CancellationToken cancellationToken);
