namespace Isolation.Linux.Seccomp.Supervision;

/// <summary>Calls the application's handler for system calls, within its deadline.</summary>
/// <param name="supervision">The handler and the deadline.</param>
/// <param name="time">The clock.</param>
/// <param name="end">The token that is canceled when the supervision ends.</param>
internal sealed class SystemCallHandlerInvoker(
    SystemCallSupervision supervision, TimeProvider time, CancellationToken end)
{
    /// <summary>Asks the handler for a decision.</summary>
    internal async Task<SystemCallDecision> AskInTimeAsync(SystemCallNotification notification)
    {
        using CancellationTokenSource unneeded = new();
        Task<SystemCallDecision> answer = AskAsync(notification, unneeded.Token);
        try
        {
            return await answer.WaitAsync(supervision.Deadline, time, end).ConfigureAwait(false);
        }
        catch
        {
            _ = DropAsync(answer);
            throw;
        }
        finally
        {
            // A handler that is still running can stop.
            await unneeded.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes the descriptor of an answer that comes too late.</summary>
    private static async Task DropAsync(Task<SystemCallDecision> answer)
    {
        try
        {
            (await answer.ConfigureAwait(false))?.Descriptor?.Dispose();
        }
        catch (Exception)
        {
            // The call was already answered. The first failure is in the result; later ones are ignored.
        }
    }

    /// <summary>Calls the handler on a separate thread if it blocks, so that waiting for it does not block.</summary>
    private Task<SystemCallDecision> AskAsync(
        SystemCallNotification notification, CancellationToken cancellationToken) =>
        Task.Run(
            async () =>
                await (supervision.Handler
                    ?? throw new InvalidOperationException("There is no handler."))(notification, cancellationToken)
                .ConfigureAwait(false),
            CancellationToken.None);
}
