using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Isolation.Linux.Errors;
using Isolation.Linux.Events;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>
/// Signals changes of cgroups. Changes that occur before a wait are merged, because the state is read afterwards.
/// </summary>
internal sealed class CgroupEventSource : IDisposable
{
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<IDisposable> _sources = [];
    private readonly Lock _gate = new();
    private bool _isDisposed;

    /// <summary>Creates a signal for one file whose changes the kernel reports to poll(2).</summary>
    internal static CgroupEventSource Open(string file)
    {
        CgroupEventSource signal = new();
        try
        {
            signal.AddFile(file);
            return signal;
        }
        catch
        {
            signal.Dispose();
            throw;
        }
    }

    /// <summary>Waits for a change. Returns <see langword="false"/> if there will be no further change.</summary>
    internal async ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        await _changes.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false)
            && _changes.Reader.TryRead(out _);

    internal void Raise() => _changes.Writer.TryWrite(true);

    internal void RaiseAfter(TimeSpan delay) => _ = RaiseLaterAsync(delay);

    /// <summary>Ends the signal: there will be no further change.</summary>
    internal void Complete() => _changes.Writer.TryComplete();

    /// <summary>Watches a file for changes.</summary>
    /// <param name="file">The path of the file.</param>
    /// <param name="order">The text to write into the file first to configure its notifications; null for none.</param>
    /// <param name="callback">The method to call instead of <see cref="Raise"/>.</param>
    /// <returns>An object that stops the watch; otherwise the watch ends with the signal.</returns>
    internal IDisposable AddFile(string file, string? order = null, Action? callback = null)
    {
        SafeFileHandle handle = Own(SandboxErrors.Check(
            Kernel.openat(Kernel.AtFdcwd, file, (order is null ? Kernel.ORdonly : Kernel.ORdwr) | Kernel.OCloexec),
            "watch the cgroup file", file, StepKind.WatchGroup));
        return Watch(handle, Kernel.EpollPri, callback ?? Raise, () =>
        {
            if (order is not null)
            {
                SandboxErrors.Check(
                    Kernel.write((int)handle.DangerousGetHandle(), Encoding.ASCII.GetBytes(order)),
                    $"watch for events: write \"{order}\" to", file, StepKind.WatchGroup);
            }
        });
    }

    /// <summary>Watches a file of v1 through an event counter.</summary>
    internal void AddCounter(string directory, string file, Action callback)
    {
        using SafeFileHandle source = Own(SandboxErrors.Check(
            Kernel.openat(Kernel.AtFdcwd, $"{directory}/{file}", Kernel.ORdonly | Kernel.OCloexec),
            "watch the cgroup file", $"{directory}/{file}", StepKind.WatchGroup));
        SafeFileHandle counter = Own(
            SandboxErrors.Check(Kernel.eventfd(Kernel.EventfdCloexec), "create an event counter", null));
        Watch(counter, Kernel.EpollIn, callback, () => SandboxErrors.Check(
            CgroupFiles.Write(
                $"{directory}/cgroup.event_control", string.Create(
                    CultureInfo.InvariantCulture, $"{counter.DangerousGetHandle()} {source.DangerousGetHandle()}")),
            "watch for events: write to", $"{directory}/cgroup.event_control", StepKind.WatchGroup));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _sources.ForEach(source => source.Dispose());
        }

        Complete();
    }

    private async Task RaiseLaterAsync(TimeSpan delay)
    {
        await Task.Delay(delay).ConfigureAwait(false);
        Raise();
    }

    private static SafeFileHandle Own(long descriptor) => new((nint)descriptor, true);

    /// <summary>Prepares and watches a descriptor, and closes it at the end or on failure.</summary>
    private Source Watch(SafeFileHandle handle, uint events, Action callback, Action prepare)
    {
        try
        {
            prepare();
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                Source source = new(
                    this, handle, DescriptorLoop.Watch((int)handle.DangerousGetHandle(), events, callback));
                _sources.Add(source);
                return source;
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private sealed class Source(CgroupEventSource signal, SafeFileHandle handle, IDisposable registration) : IDisposable
    {
        public void Dispose()
        {
            lock (signal._gate)
            {
                registration.Dispose();
                handle.Dispose();
                if (!signal._isDisposed)
                {
                    signal._sources.Remove(this);
                }
            }
        }
    }
}
