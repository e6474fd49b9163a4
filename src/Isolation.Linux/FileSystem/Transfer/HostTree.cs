using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>
/// Represents a file or a directory tree of the host to copy into a sandbox. It is read by directory descriptors, so
/// that names may be any bytes and paths may have any length. Symbolic links are not followed.
/// </summary>
/// <param name="hostPath">The path on the host.</param>
/// <param name="limits">The limits of the transfer.</param>
internal sealed class HostTree(string hostPath, FileTransferLimits limits)
{
    private const int Permissions = 0b111_111_111;

    private readonly Stack<OpenDirectory> _open = new();
    private int _entries;
    private long _bytes;

    /// <summary>Enumerates the entries in the order of their names.</summary>
    /// <param name="name">The name inside the sandbox.</param>
    /// <param name="opensFiles">Whether to open the files; otherwise, the tree is only checked.</param>
    internal IEnumerable<CopyInEntry> Read(FileName name, bool opensFiles)
    {
        _entries = 0;
        _bytes = 0;
        try
        {
            yield return Find(Kernel.AtFdcwd, new FileName(hostPath), name, opensFiles);
            while (_open.TryPeek(out OpenDirectory? directory))
            {
                if (directory.Names.TryDequeue(out FileName child))
                {
                    yield return Find(directory.Descriptor, child, child, opensFiles);
                }
                else
                {
                    Kernel.close(_open.Pop().Descriptor);
                    yield return new CopyInEntry(CopyInKind.EndOfDirectory, directory.Name, directory.Mode);
                }
            }
        }
        finally
        {
            foreach (OpenDirectory directory in _open)
            {
                Kernel.close(directory.Descriptor);
            }

            _open.Clear();
        }
    }

    private static ProgramStep Put(string path) => new("put into the sandbox", path, StepKind.PutFile);

    private CopyInEntry Find(int directory, FileName source, FileName name, bool opensFiles)
    {
        string path = _open.Count == 0 ? hostPath : $"{_open.Peek().Path}/{name}";
        int place = (int)SandboxErrors.Check(
            Kernel.openat(directory, source.Terminated, Kernel.OPath | Kernel.ONofollow | Kernel.OCloexec), "read",
            path, StepKind.OpenHostFile);
        try
        {
            SandboxErrors.Check(Kernel.statx(place, out FileStatus status), "read", path);
            if (status.Type == Kernel.LinkFile)
            {
                throw SandboxErrors.Refuse(new ProgramStep("copy", path, StepKind.OpenHostFile), Errno.ELOOP);
            }

            if (++_entries > limits.MaximumEntries)
            {
                throw TransferRefusal.TooMany(Put(path), limits);
            }

            int mode = status.Mode & Permissions;
            if (status.Type == Kernel.DirectoryFile)
            {
                Open(directory, source, name, path, mode);
                return new CopyInEntry(CopyInKind.Directory, name, mode);
            }

            _bytes += status.Size;
            if (_bytes > limits.MaximumBytes)
            {
                throw TransferRefusal.TooLarge(Put(path), limits.MaximumBytes);
            }

            // Only opening a file shows whether it can be read, so a check opens files too.
            SafeFileHandle content = OpenedFile.Reopen(place, path, StepKind.OpenHostFile);
            if (!opensFiles)
            {
                content.Dispose();
            }

            return new CopyInEntry(CopyInKind.File, name, mode, opensFiles ? content : null);
        }
        finally
        {
            Kernel.close(place);
        }
    }

    private void Open(int directory, FileName source, FileName name, string path, int mode)
    {
        if (_open.Count > limits.MaximumDepth)
        {
            throw TransferRefusal.TooDeep(Put(path), limits);
        }

        int opened = (int)SandboxErrors.Check(
            Kernel.openat(
                directory, source.Terminated, Kernel.ORdonly | Kernel.ODirectory | Kernel.ONofollow | Kernel.OCloexec),
            "read", path, StepKind.OpenOfHost);
        OpenDirectory level = new(opened, name, path, mode);
        _open.Push(level);
        DirectoryReader reader = new(opened);
        List<FileName> names = [];
        while (reader.TryRead(out FileName child))
        {
            if (_entries + names.Count >= limits.MaximumEntries)
            {
                throw TransferRefusal.TooMany(Put(path), limits);
            }

            names.Add(child);
        }

        SandboxErrors.Check(reader.Error, "read", path);
        names.Sort(static (left, right) => left.Bytes.SequenceCompareTo(right.Bytes));
        names.ForEach(level.Names.Enqueue);
    }

    private sealed record OpenDirectory(int Descriptor, FileName Name, string Path, int Mode)
    {
        internal Queue<FileName> Names { get; } = new();
    }
}
