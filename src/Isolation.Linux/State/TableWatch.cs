using Isolation.Linux.Errors;
using Isolation.Linux.Events;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.State;

/// <summary>
/// Reports changes of the table of ended commands. Reapers of an earlier application send their messages to that
/// application; the table is where the next one finds them.
/// </summary>
internal sealed class TableWatch : IDisposable
{
    private const int BufferSize = 4096;

    private readonly SafeFileHandle _inotify;
    private readonly IDisposable _registration;

    /// <param name="path">The path of the table.</param>
    /// <param name="changed">Called after each change, on the thread for kernel events.</param>
    internal TableWatch(string path, Action changed)
    {
        int inotify = (int)SandboxErrors.Check(
            Kernel.inotify_init(Kernel.InotifyNonblock | Kernel.OCloexec), "watch the sandbox's commands", null);
        _inotify = new SafeFileHandle(inotify, true);
        try
        {
            SandboxErrors.Check(
                Kernel.inotify_add_watch(inotify, path, Kernel.InotifyModify), "watch the sandbox's commands", path);
            _registration = DescriptorLoop.Watch(inotify, Kernel.EpollIn, () =>
            {
                Drain(inotify);
                changed();
            });
        }
        catch
        {
            _inotify.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _inotify.Dispose();
    }

    private static void Drain(int inotify)
    {
        Span<byte> buffer = stackalloc byte[BufferSize];
        while (Kernel.read(inotify, buffer) > 0)
        {
        }
    }
}
