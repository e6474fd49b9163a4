namespace Isolation;

/// <summary>Represents exclusive use of a sandbox of a <see cref="SandboxPool"/>.</summary>
/// <remarks>
/// Disposing the lease returns the sandbox immediately. The pool then removes the sandbox, including all running
/// processes, in the background and never leases it again.
/// </remarks>
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

    /// <summary>Gets the sandbox, which has not been used before.</summary>
    /// <exception cref="ObjectDisposedException">The lease was disposed, or the pool has reclaimed the
    /// sandbox.</exception>
    public ISandbox Sandbox
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            return _sandbox;
        }
    }

    /// <summary>Returns the sandbox to the pool. Further calls have no effect.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _pool.TakeBack(this, _sandbox);
        }
    }
}
