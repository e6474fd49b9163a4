using CodeJudge.Storage;

namespace CodeJudge;

/// <summary>Opens the database before the first request is handled.</summary>
internal sealed class DatabaseStart(SubmissionStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
