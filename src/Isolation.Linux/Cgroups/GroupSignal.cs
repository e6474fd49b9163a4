using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Isolation.Linux.Hosting;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Cgroups;

/// <summary>
/// Tells that something about groups has changed. Changes that come faster than they are waited for are one, since what is
/// of interest is read afterwards.
/// </summary>
internal sealed class GroupSignal : IDisposable
{
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<IDisposable> _registrations = [];
    private readonly List<SafeFileHandle> _files = [];
    private readonly Lock _gate = new();
    private bool _isDisposed;

    /// <summary>A signal for one file, which the kernel reports changes of to poll(2).</summary>
    internal static GroupSignal Open(string file)
    {
        GroupSignal signal = new();
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

    /// <summary>Waits for a change. False: there will be none any more.</summary>
    internal async ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        await _changes.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && _changes.Reader.TryRead(out _);

    internal void Raise() => _changes.Writer.TryWrite(true);

    internal void RaiseAfter(TimeSpan delay) => _ = RaiseLaterAsync(delay);

    /// <summary>There will be no further change.</summary>
    internal void Complete() => _changes.Writer.TryComplete();

    /// <summary>Is told of changes of a file.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="order">What to write into it first, so that it has something to tell.</param>
    /// <param name="callback">What to call instead of <see cref="Raise"/>.</param>
    internal void AddFile(string file, string? order = null, Action? callback = null)
    {
        SafeFileHandle handle = Keep(Errors.Check(
            Kernel.openat(Kernel.AtFdcwd, file, (order is null ? Kernel.ORdonly : Kernel.ORdwr) | Kernel.OCloexec), "watch the control group's", file, StepKind.WatchGroup));
        if (order is not null)
        {
            Errors.Check(Kernel.write((int)handle.DangerousGetHandle(), Encoding.ASCII.GetBytes(order)), $"ask to be told by writing \"{order}\" to", file, StepKind.WatchGroup);
        }

        Watch(handle, Kernel.EpollPri, callback ?? Raise);
    }

    /// <summary>Is told of what the kernel counts for a file of v1.</summary>
    internal void AddCounter(string folder, string file, Action callback)
    {
        using SafeFileHandle source = new((nint)Errors.Check(
            Kernel.openat(Kernel.AtFdcwd, $"{folder}/{file}", Kernel.ORdonly | Kernel.OCloexec), "watch the control group's", $"{folder}/{file}", StepKind.WatchGroup), true);
        SafeFileHandle counter = Keep(Errors.Check(Kernel.eventfd(Kernel.EventfdCloexec), "make an event counter", null));
        Errors.Check(
            GroupFiles.Write($"{folder}/cgroup.event_control", string.Create(CultureInfo.InvariantCulture, $"{counter.DangerousGetHandle()} {source.DangerousGetHandle()}")),
            "ask to be told by writing to", $"{folder}/cgroup.event_control", StepKind.WatchGroup);
        Watch(counter, Kernel.EpollIn, callback);
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
            _registrations.ForEach(one => one.Dispose());
            _files.ForEach(one => one.Dispose());
        }

        Complete();
    }

    private async Task RaiseLaterAsync(TimeSpan delay)
    {
        await Task.Delay(delay).ConfigureAwait(false);
        Raise();
    }

    private SafeFileHandle Keep(long descriptor)
    {
        SafeFileHandle handle = new((nint)descriptor, true);
        lock (_gate)
        {
            if (_isDisposed)
            {
                handle.Dispose();
                throw new ObjectDisposedException(nameof(GroupSignal));
            }

            _files.Add(handle);
            return handle;
        }
    }

    private void Watch(SafeFileHandle handle, uint events, Action callback)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _registrations.Add(DescriptorLoop.Watch((int)handle.DangerousGetHandle(), events, callback));
        }
    }
}
