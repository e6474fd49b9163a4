using System.Collections.Concurrent;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Events;

/// <summary>
/// Represents the one thread that waits for all descriptors that .NET cannot wait for: processes, cgroup files and
/// performance counters. It starts with the first descriptor.
/// </summary>
internal sealed class DescriptorLoop
{
    private const int EventsAtOnce = 64;

    /// <summary>The shared instance. A race may create a second, idle one. Failures are not cached.</summary>
    private static readonly Lazy<DescriptorLoop> Shared = new(
        () => new DescriptorLoop(), LazyThreadSafetyMode.PublicationOnly);

    private readonly ConcurrentDictionary<long, Action> _callbacks = new();
    private readonly int _epoll;
    private long _last;

    private DescriptorLoop()
    {
        _epoll = (int)SandboxErrors.Check(
            Kernel.epoll_create(Kernel.EpollCloexec), "wait for the kernel's events", null);
        try
        {
            new Thread(Work) { IsBackground = true, Name = "Isolation events" }.Start();
        }
        catch (OutOfMemoryException exception)
        {
            Kernel.close(_epoll);
            throw new SandboxException(
                "Cannot start the thread for kernel events: no descriptor, memory or process is left.", exception);
        }
    }

    /// <summary>
    /// Calls back at each event of a descriptor until the returned registration is disposed of.
    /// </summary>
    /// <param name="descriptor">The descriptor, which must stay open until then.</param>
    /// <param name="events">The events to wait for. Each event is reported once (edge-triggered).</param>
    /// <param name="callback">
    /// The callback, which must be quick and must not throw. It may still run while the registration is disposed of.
    /// </param>
    internal static IDisposable Watch(int descriptor, uint events, Action callback) =>
        Shared.Value.Add(descriptor, events, callback);

    private Registration Add(int descriptor, uint events, Action callback)
    {
        long key = Interlocked.Increment(ref _last);
        _callbacks[key] = callback;
        long result = Kernel.epoll_ctl(_epoll, Kernel.EpollAdd, descriptor, events | Kernel.EpollEdgeTriggered, key);
        if (result < 0)
        {
            _callbacks.TryRemove(key, out _);
            throw SandboxErrors.Create("wait for the kernel's events", null, (int)-result);
        }

        return new Registration(this, descriptor, key);
    }

    private void Work()
    {
        byte[] events = new byte[EventsAtOnce * Kernel.EpollEventSize];
        while (true)
        {
            long count = Kernel.epoll_wait(_epoll, events);
            for (int i = 0; i < count; i++)
            {
                if (_callbacks.TryGetValue(Kernel.EpollData(events, i), out Action? callback))
                {
                    callback();
                }
            }
        }
    }

    private sealed class Registration(DescriptorLoop loop, int descriptor, long key) : IDisposable
    {
        public void Dispose()
        {
            if (loop._callbacks.TryRemove(key, out _))
            {
                Kernel.epoll_ctl(loop._epoll, Kernel.EpollDelete, descriptor, 0, 0);
            }
        }
    }
}
