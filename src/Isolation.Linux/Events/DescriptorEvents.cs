namespace Isolation.Linux.Events;

/// <summary>
/// Reports events of a descriptor by completing tasks. The shared <see cref="DescriptorLoop"/> thread does the waiting.
/// </summary>
internal sealed class DescriptorEvents : IDisposable
{
    private readonly IDisposable _watch;
    private TaskCompletionSource _next = New();
    private int _isDisposed;

    /// <param name="descriptor">The descriptor, which must stay open until this object is disposed of.</param>
    /// <param name="events">The events to wait for.</param>
    internal DescriptorEvents(int descriptor, uint events) =>
        _watch = DescriptorLoop.Watch(descriptor, events, Tell);

    /// <summary>
    /// Gets a task that completes at the next event. Get it before an attempt to read or write, so that it also reports
    /// events between the attempt and the wait.
    /// </summary>
    internal Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Stops reporting. Call this before closing the descriptor, when no caller waits.</summary>
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
