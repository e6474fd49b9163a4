using System.Threading.Channels;
using CodeJudge.Storage;

namespace CodeJudge;

/// <summary>Passes waiting submissions to the workers.</summary>
/// <remarks>
/// The database is the queue. At most twice as many submissions as workers are kept in memory, together with a signal
/// for new submissions.
/// </remarks>
internal sealed class JudgeQueue(SubmissionStore store, DatabaseRetry retry)
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Signals a new submission.</summary>
    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Writes all waiting and new submissions in order.</summary>
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
