namespace Isolation;

/// <summary>
/// Creates the sandboxes. Methods that do not take the lock themselves are called with the lock held.
/// </summary>
public sealed partial class SandboxPool
{
    private SandboxLease Lease(ISandbox sandbox)
    {
        SandboxLease lease = new(this, sandbox);
        _leases.Add(lease);
        _metrics.Change(StateLeased, 1);
        return lease;
    }

    private ISandbox? TakeReady()
    {
        while (_ready.First is { } first)
        {
            _ready.RemoveFirst();
            _metrics.Change(StateReady, -1);
            if (!first.Value.Ended.IsCompleted)
            {
                return first.Value;
            }

            Lose(first.Value);
        }

        return null;
    }

    /// <summary>
    /// Refills after a delay while enough sandboxes are ready, so that the caller that just acquired one runs first.
    /// </summary>
    private void RefillSoon()
    {
        if (_ready.Count * 2 < _options.ReadySandboxes || _options.RefillDelay == TimeSpan.Zero)
        {
            Refill();
        }
        else if (!_isRefillDue)
        {
            _isRefillDue = true;
            _refill ??= _time.CreateTimer(
                static pool => ((SandboxPool)pool!).RefillNow(), this, Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
            _refill.Change(_options.RefillDelay, Timeout.InfiniteTimeSpan);
        }
    }

    private void RefillNow()
    {
        lock (_gate)
        {
            _isRefillDue = false;
            Refill();
        }
    }

    /// <summary>Starts to create the missing sandboxes on other threads.</summary>
    private void Refill()
    {
        // After a failure, make one attempt at a time, and none before the retry delay has passed.
        int atOnce = _failures == 0 ? _options.MaximumCreating : 1;
        while (!IsDisposed
            && _retry is null
            && _creating < atOnce
            && _ready.Count + _creating < _options.ReadySandboxes + _waiting.Count
            && _ready.Count + _leases.Count + _creating + _removing < _options.MaximumSandboxes)
        {
            _creating++;
            _metrics.Change(StateCreating, 1);
            InBackground(CreateAsync);
        }
    }

    private async Task CreateAsync()
    {
        ISandbox? sandbox = null;
        Exception? failure = null;
        try
        {
            sandbox = await _provider.CreateAsync(Specification, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        lock (_gate)
        {
            _creating--;
            _metrics.Change(StateCreating, -1);
            if (sandbox is not null)
            {
                _failures = 0;
                _lastFailure = null;
                Offer(sandbox);
            }
            else if (!IsDisposed)
            {
                Fail(failure!);
            }

            Refill();
            TellIfEmpty();
        }
    }

    /// <summary>Leases a sandbox to the longest-waiting caller, or makes it ready if there is none.</summary>
    private void Offer(ISandbox sandbox)
    {
        if (IsDisposed)
        {
            Remove(sandbox);
            return;
        }

        if (_waiting.First is { } waiter)
        {
            _waiting.RemoveFirst();
            _metrics.ChangeWaiting(-1);
            waiter.Value.TrySetResult(Lease(sandbox));
            return;
        }

        LinkedListNode<ISandbox> place = _ready.AddLast(sandbox);
        _metrics.Change(StateReady, 1);
        InBackground(() => WatchAsync(place));
        if (_ready.Count >= _options.ReadySandboxes)
        {
            _filled?.TrySetResult();
            _filled = null;
        }
    }

    /// <summary>Replaces a sandbox that ends while it is ready.</summary>
    private async Task WatchAsync(LinkedListNode<ISandbox> place)
    {
        ISandbox sandbox = place.Value;
        await sandbox.Ended.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_gate)
        {
            if (place.List is null)
            {
                return;
            }

            _ready.Remove(place);
            _metrics.Change(StateReady, -1);
            Lose(sandbox);
            Refill();
        }
    }

    private void Fail(Exception failure)
    {
        _metrics.Failed();
        if (_retry is not null)
        {
            // The attempt was concurrent with one that has already failed, so both count as one failure in a row.
            return;
        }

        _failures = failure is SandboxSpecificationException
            ? Math.Max(_failures + 1, _options.FailuresUntilRefusal)
            : _failures + 1;
        _lastFailure = failure;
        TimeSpan delay = Delay(_failures);
        _logger.PoolCreateFailed(failure, Name, delay);
        if (IsRefusing)
        {
            SandboxException refusal = Refusal();
            foreach (TaskCompletionSource<SandboxLease> waiter in _waiting)
            {
                waiter.TrySetException(refusal);
                _metrics.Refused();
            }

            ClearWaiting();
            _filled?.TrySetException(refusal);
            _filled = null;
        }

        _retry = _time.CreateTimer(static pool => ((SandboxPool)pool!).Retry(), this, delay, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Delay(int failures)
    {
        const int MostDoublings = 30;
        double delay = _options.RetryDelay.Ticks * Math.Pow(2, Math.Min(failures - 1, MostDoublings));
        return delay < _options.MaximumRetryDelay.Ticks ? TimeSpan.FromTicks((long)delay) : _options.MaximumRetryDelay;
    }

    private void Retry()
    {
        lock (_gate)
        {
            _retry?.Dispose();
            _retry = null;
            Refill();
        }
    }

    private void ClearWaiting()
    {
        _metrics.ChangeWaiting(-_waiting.Count);
        _waiting.Clear();
    }
}
