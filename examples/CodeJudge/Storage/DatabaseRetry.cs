namespace CodeJudge.Storage;

/// <summary>
/// Retries database operations until they succeed, for example after the disk was full, so that no accepted submission
/// and no verdict is lost.
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
