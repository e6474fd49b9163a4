using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>
/// Files of a group that are kept open, since to open one takes four times as long as to read it. For one user at a
/// time.
/// </summary>
internal sealed class OpenFigures : IDisposable
{
    /// <summary>
    /// What all sandboxes of a process keep open at most. A dozen each is nothing for a host with a few, and more than
    /// a host with thousands may have open: those beyond are opened for each reading.
    /// </summary>
    private const int MaximumInProcess = 4096;

    private const int Missing = -1;

    private static int _inProcess;

    private readonly List<(string Directory, byte[] Name, int Descriptor)> _files = [];
    private int _next;

    /// <summary>Begins to read anew.</summary>
    internal void Restart() => _next = 0;

    /// <summary>The descriptor of a file that was kept. False: it was not.</summary>
    internal bool TryFind(string directory, ReadOnlySpan<byte> name, out int descriptor)
    {
        // The same figures are read in the same order each time, so that it is mostly the next one.
        for (int tries = 0; tries < _files.Count; tries++)
        {
            int index = (_next + tries) % _files.Count;
            (string keptDirectory, byte[] keptName, int keptDescriptor) = _files[index];
            if (ReferenceEquals(keptDirectory, directory) && name.SequenceEqual(keptName))
            {
                _next = index + 1;
                descriptor = keptDescriptor;
                return true;
            }
        }

        descriptor = Missing;
        return false;
    }

    /// <summary>
    /// Keeps a file that was just opened, or that it is missing. False: there are too many, and whoever opened it
    /// closes it.
    /// </summary>
    internal bool TryKeep(string directory, ReadOnlySpan<byte> name, long opened)
    {
        if (opened < 0 ? opened != -Errno.ENOENT : Interlocked.Increment(ref _inProcess) > MaximumInProcess)
        {
            if (opened >= 0)
            {
                Interlocked.Decrement(ref _inProcess);
            }

            return false;
        }

        _files.Add((directory, name.ToArray(), opened < 0 ? Missing : (int)opened));
        _next = _files.Count;
        return true;
    }

    public void Dispose()
    {
        foreach ((_, _, int descriptor) in _files)
        {
            if (descriptor != Missing)
            {
                Kernel.close(descriptor);
                Interlocked.Decrement(ref _inProcess);
            }
        }

        _files.Clear();
    }
}
