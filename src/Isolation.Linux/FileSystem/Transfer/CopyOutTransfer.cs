using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>
/// Copies files left by payloads out of a sandbox. Payloads may change the files meanwhile, so each name is looked up
/// once, in an open directory, and the file found is kept open. Both sides use directory descriptors and names as
/// bytes.
/// </summary>
/// <param name="root">The root directory of the sandbox.</param>
/// <param name="cancellationToken">The token that cancels the copying.</param>
internal sealed class CopyOutTransfer(int root, CancellationToken cancellationToken)
{
    /// <summary>
    /// The permissions that are kept. Set-user-id, set-group-id and group or other write bits are not.
    /// </summary>
    private const int KeptMode = 0b111_101_101;

    /// <summary>The minimum permissions, with which the new owner can read, write and remove the file.</summary>
    private const int LeastMode = 0b110_000_000;

    private readonly CopyOutSource _source = new(root, cancellationToken);
    private readonly SkippedEntryList _skipped = new();
    private FileTransferLimits _limits = new();
    private string _target = "";
    private int _files;
    private int _directories;
    private long _bytes;

    /// <summary>Copies a directory to a new directory on the host.</summary>
    internal CopyResult TakeDirectory(string path, string hostDirectory, FileTransferLimits limits)
    {
        _limits = limits;
        _target = Path.TrimEndingDirectorySeparator(hostDirectory);
        int source = _source.Find(path, Kernel.ORdonly | Kernel.ODirectory);
        try
        {
            string parentPath = Path.GetDirectoryName(_target)
                ?? throw SandboxErrors.Refuse(new ProgramStep("make the directory", _target), Errno.EEXIST);
            Directory.CreateDirectory(parentPath);
            int parent = (int)SandboxErrors.Check(
                Kernel.openat(Kernel.AtFdcwd, parentPath, Kernel.ORdonly | Kernel.ODirectory | Kernel.OCloexec), "open",
                parentPath, StepKind.OpenOfHost);
            try
            {
                TakeInto(source, parent, new FileName(Path.GetFileName(_target)));
                return new CopyResult(_files, _directories, _bytes, _skipped.ToImmutable());
            }
            finally
            {
                Kernel.close(parent);
            }
        }
        finally
        {
            Kernel.close(source);
        }
    }

    private void TakeInto(int source, int parent, in FileName name)
    {
        SandboxErrors.Check(Kernel.mkdirat(parent, name.Terminated, 0b111_111_111), "make the directory", _target);
        try
        {
            int target = (int)SandboxErrors.Check(OpenMade(parent, name), "open", _target);
            try
            {
                TakeAll(source, target, null, 1);
            }
            finally
            {
                Kernel.close(target);
            }
        }
        catch
        {
            HostRemoval.RemoveDirectory(parent, name);
            throw;
        }
    }

    private void TakeAll(int source, int target, CopyOutTarget? above, int depth)
    {
        DirectoryReader reader = new(source);
        while (reader.TryRead(out FileName name))
        {
            cancellationToken.ThrowIfCancellationRequested();
            CopyOutTarget place = new(above, name);
            if (_files + _directories + _skipped.Count >= _limits.MaximumEntries)
            {
                throw TransferRefusal.TooMany(CopyOutSource.Step($"{place}"), _limits);
            }

            TakeOne(source, target, place, depth);
        }

        if (reader.Error < 0)
        {
            _skipped.Add(above, reader.Error);
        }
    }

    private void TakeOne(int source, int target, CopyOutTarget place, int depth)
    {
        // Only determines the file type, without following links, blocking or opening the file.
        long found = CopyOutSource.OpenIn(source, place.Name, Kernel.OPath);
        if (found < 0)
        {
            _skipped.Add(place, found);
            return;
        }

        try
        {
            long error = Kernel.statx((int)found, out FileStatus status);
            if (error < 0)
            {
                _skipped.Add(place, error);
            }
            else if (status.Type == Kernel.RegularFile)
            {
                TakeFile((int)found, target, place, status.Mode);
            }
            else if (status.Type == Kernel.DirectoryFile)
            {
                TakeDirectory(source, target, place, depth);
            }
            else
            {
                _skipped.AddOfType(place, status.Type);
            }
        }
        finally
        {
            Kernel.close((int)found);
        }
    }

    private void TakeDirectory(int source, int target, CopyOutTarget place, int depth)
    {
        if (depth > _limits.MaximumDepth)
        {
            throw TransferRefusal.TooDeep(CopyOutSource.Step($"{place}"), _limits);
        }

        long opened = CopyOutSource.OpenIn(source, place.Name, Kernel.ORdonly | Kernel.ODirectory);
        if (opened < 0)
        {
            _skipped.Add(place, opened);
            return;
        }

        try
        {
            if (IsTakenName(Kernel.mkdirat(target, place.Name.Terminated, 0b111_111_111), place))
            {
                int made = (int)SandboxErrors.Check(OpenMade(target, place.Name), "open", $"{_target}/{place}");
                try
                {
                    _directories++;
                    TakeAll((int)opened, made, place, depth + 1);
                }
                finally
                {
                    Kernel.close(made);
                }
            }
        }
        finally
        {
            Kernel.close((int)opened);
        }
    }

    private void TakeFile(int found, int target, CopyOutTarget place, int mode)
    {
        long source = OpenedFile.TryReopen(found);
        if (source < 0)
        {
            _skipped.Add(place, source);
            return;
        }

        try
        {
            long made = Kernel.openat(
                target, place.Name.Terminated,
                Kernel.OWronly | Kernel.OCreat | Kernel.OExcl | Kernel.ONofollow | Kernel.OCloexec,
                (mode & KeptMode) | LeastMode);
            if (!IsTakenName(made, place))
            {
                return;
            }

            long copied;
            try
            {
                copied = _source.Copy(
                    (int)source, place, _limits.MaximumBytes - _bytes,
                    bytes => SandboxErrors.Check(Kernel.write((int)made, bytes), "write", $"{_target}/{place}"));
            }
            finally
            {
                Kernel.close((int)made);
            }

            if (copied < 0)
            {
                Kernel.unlinkat(target, place.Name.Terminated, 0);
                _skipped.Add(place, copied);
                return;
            }

            _bytes += copied;
            _files++;
        }
        finally
        {
            Kernel.close((int)source);
        }
    }

    /// <summary>
    /// Returns whether the file system of the host accepted a name. Throws for errors such as a full file system.
    /// </summary>
    private bool IsTakenName(long result, CopyOutTarget place)
    {
        if (result is -Errno.EINVAL or -Errno.EILSEQ or -Errno.ENAMETOOLONG or -Errno.EEXIST)
        {
            _skipped.Add(place, $"{ErrnoText.Name((int)-result)} on the host");
            return false;
        }

        if (result < 0)
        {
            throw SandboxErrors.Create("make", $"{_target}/{place}", (int)-result);
        }

        return true;
    }

    private static long OpenMade(int parent, in FileName name) =>
        Kernel.openat(parent, name.Terminated, Kernel.ORdonly | Kernel.ODirectory | Kernel.ONofollow | Kernel.OCloexec);
}
