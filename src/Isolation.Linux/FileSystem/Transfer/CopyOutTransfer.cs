using System.Collections.Immutable;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

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
    private const string Take = "take out of the sandbox";
    private const int BufferSize = 64 << 10;

    /// <summary>
    /// The maximum length of the report about skipped items, in characters. Payloads choose the names.
    /// </summary>
    private const int LeftOutCapacity = 8 << 20;

    /// <summary>
    /// The permissions that are kept. Set-user-id, set-group-id and group or other write bits are not.
    /// </summary>
    private const int KeptMode = 0b111_101_101;

    /// <summary>The minimum permissions, with which the new owner can read, write and remove the file.</summary>
    private const int LeastMode = 0b110_000_000;

    private readonly ImmutableArray<SkippedEntry>.Builder _leftOut = ImmutableArray.CreateBuilder<SkippedEntry>();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
    private FileTransferLimits _limits = new();
    private string _target = "";
    private int _files;
    private int _directories;
    private long _bytes;
    private long _leftOutText;

    /// <summary>Reads one file.</summary>
    internal byte[] Read(string path, int maximumSize)
    {
        int place = Find(path, Kernel.OPath);
        try
        {
            using SafeFileHandle file = OpenedFile.Reopen(place, path);
            using MemoryStream content = new();
            SandboxErrors.Check(
                Copy((int)file.DangerousGetHandle(), path, maximumSize, bytes => content.Write(bytes)), "read", path);
            return content.ToArray();
        }
        finally
        {
            Kernel.close(place);
        }
    }

    /// <summary>Copies a directory to a new directory on the host.</summary>
    internal CopyResult TakeDirectory(string path, string hostDirectory, FileTransferLimits limits)
    {
        _limits = limits;
        _target = Path.TrimEndingDirectorySeparator(hostDirectory);
        int source = Find(path, Kernel.ORdonly | Kernel.ODirectory);
        try
        {
            string parentPath = Path.GetDirectoryName(_target)
                ?? throw SandboxErrors.Create("make the directory", _target, Errno.EEXIST);
            Directory.CreateDirectory(parentPath);
            int parent = (int)SandboxErrors.Check(
                Kernel.openat(Kernel.AtFdcwd, parentPath, Kernel.ORdonly | Kernel.ODirectory | Kernel.OCloexec), "open",
                parentPath, StepKind.OpenOfHost);
            try
            {
                TakeInto(source, parent, new FileName(Path.GetFileName(_target)));
                return new CopyResult(_files, _directories, _bytes, _leftOut.ToImmutable());
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

    /// <summary>
    /// Opens a path inside that must not contain symbolic links. Mounts on the way are allowed, because they belong to
    /// the sandbox.
    /// </summary>
    private int Find(string path, int flags) => (int)SandboxErrors.Check(
        Kernel.openat2(
            root, path[1..], flags | Kernel.OCloexec, 0,
            Kernel.ResolveBeneath | Kernel.ResolveNoSymlinks | Kernel.ResolveNoMagiclinks),
        Take, path, StepKind.TakeFile);

    private void TakeAll(int source, int target, CopyOutTarget? above, int depth)
    {
        DirectoryReader reader = new(source);
        while (reader.TryRead(out FileName name))
        {
            cancellationToken.ThrowIfCancellationRequested();
            CopyOutTarget place = new(above, name);
            if (_files + _directories + _leftOut.Count >= _limits.MaximumEntries)
            {
                throw TransferRefusal.TooMany(Take, $"{place}", _limits);
            }

            TakeOne(source, target, place, depth);
        }

        if (reader.Error < 0)
        {
            LeaveOut(above, reader.Error);
        }
    }

    private void TakeOne(int source, int target, CopyOutTarget place, int depth)
    {
        // Only determines the file type, without following links, blocking or opening the file.
        long found = OpenIn(source, place.Name, Kernel.OPath);
        if (found < 0)
        {
            LeaveOut(place, found);
            return;
        }

        try
        {
            long error = Kernel.statx((int)found, out FileStatus status);
            if (error < 0)
            {
                LeaveOut(place, error);
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
                LeaveOut(place, Describe(status.Type));
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
            throw TransferRefusal.TooDeep(Take, $"{place}", _limits);
        }

        long opened = OpenIn(source, place.Name, Kernel.ORdonly | Kernel.ODirectory);
        if (opened < 0)
        {
            LeaveOut(place, opened);
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
            LeaveOut(place, source);
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
                copied = Copy(
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
                LeaveOut(place, copied);
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
    /// Returns the number of copied bytes, or the negated error number of a read. Counts the bytes read, because the
    /// reported size may be out of date; a file whose reported size exceeds the limit is not copied at all.
    /// </summary>
    private long Copy(int source, object path, long maximumSize, Action<ReadOnlySpan<byte>> write)
    {
        long copied = Kernel.statx(source, out FileStatus status);
        if (status.Size > maximumSize)
        {
            throw TransferRefusal.TooLarge(Take, $"{path}", maximumSize);
        }

        long count;
        while (copied >= 0 && (count = Kernel.read(source, _buffer)) != 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (count < 0)
            {
                return count;
            }

            copied += count;
            if (copied > maximumSize)
            {
                throw TransferRefusal.TooLarge(Take, $"{path}", maximumSize);
            }

            write(_buffer.AsSpan(0, (int)count));
        }

        return copied;
    }

    /// <summary>
    /// Returns whether the file system of the host accepted a name. Throws for errors such as a full file system.
    /// </summary>
    private bool IsTakenName(long result, CopyOutTarget place)
    {
        if (result is -Errno.EINVAL or -Errno.EILSEQ or -Errno.ENAMETOOLONG or -Errno.EEXIST)
        {
            LeaveOut(place, $"{ErrnoText.Name((int)-result)} on the host");
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

    private static long OpenIn(int directory, in FileName name, int flags) => Kernel.openat2(
        directory, name.Terminated, flags | Kernel.ONofollow | Kernel.OCloexec,
        Kernel.ResolveBeneath | Kernel.ResolveNoMagiclinks | Kernel.ResolveNoXdev);

    private void LeaveOut(CopyOutTarget? place, long result) => LeaveOut(place, result switch
    {
        -Errno.EXDEV => "a mount",
        -Errno.EAGAIN => "leased by a process",
        _ => ErrnoText.Name((int)-result),
    });

    private void LeaveOut(CopyOutTarget? place, string reason)
    {
        string path = place?.ToString() ?? ".";
        _leftOutText += path.Length;
        if (_leftOutText > LeftOutCapacity)
        {
            throw TransferRefusal.TooMuchLeftOut(Take, LeftOutCapacity);
        }

        _leftOut.Add(new SkippedEntry(path, reason));
    }

    private static string Describe(int type) => type switch
    {
        Kernel.LinkFile => "a symbolic link",
        Kernel.FifoFile => "a FIFO",
        Kernel.SocketFile => "a socket",
        _ => "a device",
    };
}
