using System.Threading.Channels;
using CodeJudge.Storage;

namespace CodeJudge;

/// <summary>
/// Hands waiting submissions to the workers. The queue itself is the database; here are at most twice as many as there
/// are workers, and a signal that there are new ones.
/// </summary>
internal sealed class JudgeQueue(SubmissionStore store, DatabaseRetry retry)
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There is a new submission.</summary>
    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Writes all waiting submissions, and those that come, in their order.</summary>
    public async Task FeedAsync(ChannelWriter<Submission> workers, int atOnce, CancellationToken cancellationToken)
    {
        long last = 0;
        while (true)
        {
            List<Submission> next = await retry.RunAsync(
                () => store.FindWaitingAsync(last, atOnce, cancellationToken), cancellationToken);
            foreach (Submission submission in next)
            {
                await workers.WriteAsync(submission, cancellationToken);
                last = submission.Id;
            }

            if (next.Count == 0)
            {
                await _signal.Reader.ReadAsync(cancellationToken);
            }
        }
    }
}
