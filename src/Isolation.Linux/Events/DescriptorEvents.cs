namespace Isolation.Linux.Events;

/// <summary>
/// Tells by tasks that something has happened to a descriptor. No thread waits for it but the one that waits for
/// everything.
/// </summary>
internal sealed class DescriptorEvents : IDisposable
{
    private readonly IDisposable _watch;
    private TaskCompletionSource _next = New();
    private int _isDisposed;

    /// <param name="descriptor">Must stay open until this is disposed of.</param>
    /// <param name="events">What to wait for.</param>
    internal DescriptorEvents(int descriptor, uint events) =>
        _watch = DescriptorLoop.Watch(descriptor, events, Tell);

    /// <summary>
    /// Ends when something happens. Taken before an attempt to read or write, it ends also for what happens between the
    /// attempt and the wait.
    /// </summary>
    internal Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Before the descriptor is closed. Nobody waits from now on.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _isDisposed, 1);
        _watch.Dispose();
        Volatile.Read(ref _next).TrySetResult();
    }

    private void Tell()
    {
        TaskCompletionSource next = New();
        Interlocked.Exchange(ref _next, next).TrySetResult();
        if (Volatile.Read(ref _isDisposed) != 0)
        {
            next.TrySetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
