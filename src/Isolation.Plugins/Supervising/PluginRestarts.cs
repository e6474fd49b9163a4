namespace Isolation.Plugins;

/// <summary>Counts the restarts of a plug-in within the window of its restart policy.</summary>
internal sealed class PluginRestarts(PluginRestartPolicy policy, TimeProvider time)
{
    private readonly Queue<long> _restarts = new();

    /// <summary>Forgets all restarts.</summary>
    internal void Clear() => _restarts.Clear();

    /// <summary>Counts a restart unless the policy does not allow another one.</summary>
    /// <param name="delay">The delay before the restart.</param>
    /// <returns><see langword="true"/> if the plug-in may be restarted.</returns>
    internal bool TryTake(out TimeSpan delay)
    {
        long now = time.GetTimestamp();
        while (_restarts.TryPeek(out long earliest)
            && time.GetElapsedTime(earliest, now) > policy.Window)
        {
            _restarts.Dequeue();
        }

        delay = policy.DelayOf(_restarts.Count);
        if (_restarts.Count >= policy.MaximumRestarts)
        {
            return false;
        }

        _restarts.Enqueue(now);
        return true;
    }
}
