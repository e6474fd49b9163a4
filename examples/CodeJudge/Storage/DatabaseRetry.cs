namespace CodeJudge.Storage;

/// <summary>
/// Does again what the database refused, such as when the disk is full, until it takes it: what was accepted is not
/// given up for that, and a verdict that was found is not thrown away.
/// </summary>
internal sealed class DatabaseRetry(TimeProvider time, ILogger<DatabaseRetry> logger)
{
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<T> RunAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await action();
            }
            catch (Exception exception)
                when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                JudgeLog.DatabaseFailed(logger, exception);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
