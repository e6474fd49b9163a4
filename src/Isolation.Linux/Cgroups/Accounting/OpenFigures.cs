using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>
/// Keeps files of a cgroup open, because opening a file takes four times as long as reading it. Not thread-safe.
/// </summary>
internal sealed class OpenFigures : IDisposable
{
    /// <summary>
    /// The maximum number of files kept open by all sandboxes of a process. Each sandbox needs about a dozen; an
    /// application with thousands of sandboxes could reach its limit on open files, so further files are opened for
    /// each read.
    /// </summary>
    private const int MaximumInProcess = 4096;

    private const int Missing = -1;

    private static int _inProcess;

    private readonly List<(string Directory, byte[] Name, int Descriptor)> _files = [];
    private int _next;

    /// <summary>Starts a new sequence of reads.</summary>
    internal void Restart() => _next = 0;

    /// <summary>Gets the descriptor of a kept file. Returns <see langword="false"/> if the file is not kept.</summary>
    internal bool TryFind(string directory, ReadOnlySpan<byte> name, out int descriptor)
    {
        // Figures are read in the same order each time, so the file is usually the next one.
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
    /// Keeps a file that was just opened, or the fact that it is missing. Returns <see langword="false"/> if too many
    /// files are kept; the caller then closes the file.
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
