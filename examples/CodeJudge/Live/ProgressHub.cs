using System.Runtime.CompilerServices;
using CodeJudge.Judging;

namespace CodeJudge.Live;

/// <summary>Reports the progress of submissions to watchers.</summary>
/// <remarks>
/// The hub holds only submissions that are being judged or watched; for others, read the database. Every report
/// contains the complete progress, so a slow watcher may miss intermediate steps but never the end.
/// </remarks>
internal sealed class ProgressHub
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Topic> _topics = [];

    /// <summary>Gets the number of submissions in the hub.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _topics.Count;
            }
        }
    }

    /// <summary>
    /// Begins judging a submission. Dispose the returned object at the end, with or without a verdict.
    /// </summary>
    public IDisposable Begin(long id)
    {
        Topic topic = Enter(id);
        Change(topic, _ => Progress.Begun);
        return new Judging(this, topic);
    }

    /// <summary>Restarts judging and discards earlier reports.</summary>
    public void Restart(long id) => Change(Find(id), _ => Progress.Begun);

    /// <summary>Reports a completed test.</summary>
    public void Report(long id, TestResult test) =>
        Change(Find(id), progress => progress with { Tests = progress.Tests.Add(test) });

    /// <summary>Reports that the verdict is in the database.</summary>
    public void Finish(long id) => Change(Find(id), progress => progress with { IsJudged = true });

    /// <summary>
    /// Returns the current progress (null if the submission is not being judged) and then each change that the watcher
    /// can keep up with, until the submission is judged.
    /// </summary>
    public async IAsyncEnumerable<Progress?> WatchAsync(
        long id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Topic topic = Enter(id);
        try
        {
            while (true)
            {
                Progress? current;
                Task changed;
                lock (_lock)
                {
                    (current, changed) = (topic.Current, topic.Changed.Task);
                }

                yield return current;
                if (current is { IsJudged: true })
                {
                    yield break;
                }

                await changed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Leave(topic);
        }
    }

    private Topic Enter(long id)
    {
        lock (_lock)
        {
            if (!_topics.TryGetValue(id, out Topic? topic))
            {
                topic = new Topic(id);
                _topics.Add(id, topic);
            }

            topic.Users++;
            return topic;
        }
    }

    private void Leave(Topic topic)
    {
        lock (_lock)
        {
            if (--topic.Users == 0)
            {
                _topics.Remove(topic.Id);
            }
        }
    }

    private Topic Find(long id)
    {
        lock (_lock)
        {
            return _topics[id];
        }
    }

    private void Change(Topic topic, Func<Progress, Progress?> change)
    {
        TaskCompletionSource told;
        lock (_lock)
        {
            topic.Current = change(topic.Current ?? Progress.Begun);
            told = topic.Changed;
            topic.Changed = NewChange();
        }

        told.SetResult();
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Topic(long id)
    {
        public long Id { get; } = id;

        public int Users { get; set; }

        public Progress? Current { get; set; }

        public TaskCompletionSource Changed { get; set; } = NewChange();
    }

    private sealed class Judging(ProgressHub hub, Topic topic) : IDisposable
    {
        public void Dispose()
        {
            // Without a verdict, the submission will be judged again.
            hub.Change(topic, progress => progress.IsJudged ? progress : null);
            hub.Leave(topic);
        }
    }
}
