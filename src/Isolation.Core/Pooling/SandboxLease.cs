namespace Isolation;

/// <summary>
/// A sandbox of a <see cref="SandboxPool"/>, for one who may do with it what they like. Disposing it gives it back at
/// once; the sandbox is removed later, with all that runs in it, and never leased again.
/// </summary>
public sealed class SandboxLease : IDisposable
{
    private readonly SandboxPool _pool;
    private readonly ISandbox _sandbox;
    private int _isDisposed;

    internal SandboxLease(SandboxPool pool, ISandbox sandbox)
    {
        _pool = pool;
        _sandbox = sandbox;
    }

    /// <summary>The sandbox, which nobody has used before.</summary>
    /// <exception cref="ObjectDisposedException">It was given back, or the pool has taken it away.</exception>
    public ISandbox Sandbox
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            return _sandbox;
        }
    }

    /// <summary>Gives the sandbox back. Does nothing the second time.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _pool.TakeBack(this, _sandbox);
        }
    }
}
