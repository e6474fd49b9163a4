namespace Isolation;

/// <summary>
/// Removes the sandboxes. Methods that do not take the lock themselves are called with the lock held.
/// </summary>
public sealed partial class SandboxPool
{
    internal void TakeBack(SandboxLease lease, ISandbox sandbox)
    {
        lock (_gate)
        {
            if (!_leases.Remove(lease))
            {
                return;
            }

            _metrics.Change(StateLeased, -1);
            Remove(sandbox);
            Refill();
        }
    }

    private void Lose(ISandbox sandbox)
    {
        _metrics.Lost();
        _logger.PoolSandboxLost(Name, sandbox.Id);
        Remove(sandbox);
    }

    private void Remove(ISandbox sandbox)
    {
        _removing++;
        _metrics.Change(StateRemoving, 1);
        InBackground(() => RemoveAsync(sandbox));
    }

    /// <summary>
    /// Starts work that belongs to the pool, not to the caller: without it, the context of a request would live as long
    /// as the sandbox, and its spans would have children that have nothing to do with it.
    /// </summary>
    private static void InBackground(Func<Task> work)
    {
        bool isSuppressed = ExecutionContext.IsFlowSuppressed();
        AsyncFlowControl flow = isSuppressed ? default : ExecutionContext.SuppressFlow();
        try
        {
            _ = Task.Run(work);
        }
        finally
        {
            if (!isSuppressed)
            {
                flow.Undo();
            }
        }
    }

    private async Task RemoveAsync(ISandbox sandbox)
    {
        try
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _logger.PoolRemoveFailed(exception, Name, sandbox.Id);
        }

        lock (_gate)
        {
            _removing--;
            _metrics.Change(StateRemoving, -1);
            Refill();
            TellIfEmpty();
        }
    }

    /// <summary>Drains the pool. The first part runs with the lock held; the rest runs without it.</summary>
    private async Task DrainAsync()
    {
        Task emptied;
        lock (_gate)
        {
            _retry?.Dispose();
            _refill?.Dispose();
            ObjectDisposedException gone = new(nameof(SandboxPool));
            foreach (TaskCompletionSource<SandboxLease> waiter in _waiting)
            {
                waiter.TrySetException(gone);
            }

            ClearWaiting();
            _filled?.TrySetException(gone);
            foreach (ISandbox sandbox in _ready)
            {
                Remove(sandbox);
            }

            _metrics.Change(StateReady, -_ready.Count);
            _ready.Clear();
            _emptied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            emptied = _emptied.Task;
            TellIfEmpty();
        }

        await Task.Yield();
        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await emptied.WaitAsync(_options.DrainTime, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            SandboxLease[] leases;
            lock (_gate)
            {
                leases = [.. _leases];
            }

            if (leases.Length > 0)
            {
                _logger.PoolDrainTimedOut(Name, leases.Length, _options.DrainTime);
            }

            foreach (SandboxLease lease in leases)
            {
                lease.Dispose();
            }

            await emptied.ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private void TellIfEmpty()
    {
        if (_emptied is not null && _leases.Count + _creating + _removing == 0)
        {
            _emptied.TrySetResult();
        }
    }
}
