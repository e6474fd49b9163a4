using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Running.Files;

/// <summary>
/// Reads what payloads left. They may go on changing it meanwhile, so a name is looked up once, in a folder that is open, and what was found
/// is held on to.
/// </summary>
[SuppressMessage("Interoperability", "CA1416", Justification = "All around it are Linux's own calls.")]
internal sealed class FileTaker(string root, CancellationToken cancellationToken)
{
    private const string Take = "take out of the sandbox";
    private const int BufferSize = 64 << 10;

    /// <summary>Without what lets a file do more than a file does, and such that its new owner can remove it.</summary>
    private const UnixFileMode KeptMode = (UnixFileMode)0b111_101_101;

    private readonly ImmutableArray<LeftOutEntry>.Builder _leftOut = ImmutableArray.CreateBuilder<LeftOutEntry>();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
    private FileTransferLimits _limits = new();
    private int _files;
    private int _folders;
    private long _bytes;

    /// <summary>Reads one file.</summary>
    internal byte[] Read(string path, int maximumSize)
    {
        int place = Find(path, Kernel.OPath);
        try
        {
            using SafeFileHandle file = OpenedFile.Reopen(place, path);
            using MemoryStream content = new();
            Copy(file, content, path, maximumSize);
            return content.ToArray();
        }
        finally
        {
            Kernel.close(place);
        }
    }

    /// <summary>Copies a folder to a new one of the host.</summary>
    internal TakenFolder TakeFolder(string path, string hostFolder, FileTransferLimits limits)
    {
        _limits = limits;
        if (Path.Exists(hostFolder))
        {
            throw Errors.Create("make the folder", hostFolder, Errno.EEXIST);
        }

        int folder = Find(path, Kernel.ORdonly | Kernel.ODirectory);
        try
        {
            Directory.CreateDirectory(hostFolder);
            TakeAll(folder, hostFolder, "", 1);
            return new TakenFolder(_files, _folders, _bytes, _leftOut.ToImmutable());
        }
        catch
        {
            Directory.Delete(hostFolder, recursive: true);
            throw;
        }
        finally
        {
            Kernel.close(folder);
        }
    }

    /// <summary>Opens a path inside, no part of which may be a link. On the way mounts may be entered: they are the sandbox's own.</summary>
    private int Find(string path, int flags)
    {
        int start = (int)Errors.Check(Kernel.openat(Kernel.AtFdcwd, root, Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec), "look into", "the sandbox");
        try
        {
            return (int)Errors.Check(
                Kernel.openat2(
                    start, path[1..], flags | Kernel.OCloexec, 0,
                    Kernel.ResolveBeneath | Kernel.ResolveNoSymlinks | Kernel.ResolveNoMagiclinks),
                Take, path, StepKind.TakeFile);
        }
        finally
        {
            Kernel.close(start);
        }
    }

    private void TakeAll(int folder, string hostFolder, string relative, int depth)
    {
        foreach (string found in Directory.EnumerateFileSystemEntries(OpenedFile.Link(folder), "*", HostTree.Everything))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string name = Path.GetFileName(found);
            string path = relative.Length == 0 ? name : $"{relative}/{name}";
            if (_files + _folders + _leftOut.Count >= _limits.MaximumEntries)
            {
                throw TransferRefusal.TooMany(Take, path, _limits);
            }

            TakeOne(folder, name, Path.Combine(hostFolder, name), path, depth);
        }
    }

    private void TakeOne(int folder, string name, string target, string path, int depth)
    {
        // Not following, not waiting and not even opening: only finding out what it is.
        long place = OpenIn(folder, name, Kernel.OPath);
        if (place < 0)
        {
            LeaveOut(path, (int)-place);
            return;
        }

        try
        {
            switch (OpenedFile.TypeOf((int)place, path))
            {
                case Kernel.RegularFile:
                    TakeFile((int)place, target, path);
                    break;
                case Kernel.FolderFile:
                    TakeFolder(folder, name, target, path, depth);
                    break;
                case int type:
                    _leftOut.Add(new LeftOutEntry(path, Describe(type)));
                    break;
            }
        }
        finally
        {
            Kernel.close((int)place);
        }
    }

    private void TakeFolder(int folder, string name, string target, string path, int depth)
    {
        if (depth > _limits.MaximumDepth)
        {
            throw TransferRefusal.TooDeep(Take, path, _limits);
        }

        long opened = OpenIn(folder, name, Kernel.ORdonly | Kernel.ODirectory);
        if (opened < 0)
        {
            LeaveOut(path, (int)-opened);
            return;
        }

        try
        {
            Directory.CreateDirectory(target);
            _folders++;
            TakeAll((int)opened, target, path, depth + 1);
        }
        finally
        {
            Kernel.close((int)opened);
        }
    }

    private void TakeFile(int place, string target, string path)
    {
        SafeFileHandle source;
        try
        {
            source = OpenedFile.Reopen(place, path);
        }
        catch (SandboxException refusal) when (refusal.ErrorNumber == Errno.EACCES)
        {
            LeaveOut(path, refusal.ErrorNumber);
            return;
        }

        using (source)
        {
            using FileStream copy = new(target, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = (File.GetUnixFileMode(source) & KeptMode) | UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            _bytes += Copy(source, copy, path, _limits.MaximumBytes - _bytes);
            _files++;
        }
    }

    /// <summary>By what is read, for the size that a file tells may be another by then; but one that tells more is not begun.</summary>
    private long Copy(SafeFileHandle source, Stream target, string path, long maximumSize)
    {
        if (RandomAccess.GetLength(source) > maximumSize)
        {
            throw TransferRefusal.TooLarge(Take, path, maximumSize);
        }

        long copied = 0;
        int count;
        while ((count = RandomAccess.Read(source, _buffer, copied)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            copied += count;
            if (copied > maximumSize)
            {
                throw TransferRefusal.TooLarge(Take, path, maximumSize);
            }

            target.Write(_buffer, 0, count);
        }

        return copied;
    }

    private static long OpenIn(int folder, string name, int flags) => Kernel.openat2(
        folder, name, flags | Kernel.ONofollow | Kernel.OCloexec, 0, Kernel.ResolveBeneath | Kernel.ResolveNoMagiclinks | Kernel.ResolveNoXdev);

    private void LeaveOut(string path, int error) =>
        _leftOut.Add(new LeftOutEntry(path, error == Errno.EXDEV ? "a mount" : ErrnoText.Name(error)));

    private static string Describe(int type) => type switch
    {
        Kernel.LinkFile => "a symbolic link",
        Kernel.FifoFile => "a FIFO",
        Kernel.SocketFile => "a socket",
        _ => "a device",
    };
}
