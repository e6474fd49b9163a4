using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Running.Files;

/// <summary>A file or a folder of the host that is to be put into a sandbox, with all that is in it. Files are opened when their turn comes.</summary>
internal static class HostTree
{
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    /// <summary>Lists it, folders before what is in them. Paths are those inside.</summary>
    internal static List<PutEntry> List(string hostPath, string path, FileTransferLimits limits)
    {
        List<PutEntry> entries = [];
        long bytes = 0;
        Add(hostPath, path, 0);
        return entries;

        void Add(string source, string target, int depth)
        {
            FileSystemInfo info = Directory.Exists(source) ? new DirectoryInfo(source) : new FileInfo(source);
            if (!info.Exists)
            {
                throw Errors.Create(new ProgramStep("read", source, StepKind.HostFile), Errno.ENOENT);
            }

            if (info.LinkTarget is not null)
            {
                throw Errors.Create(new ProgramStep("copy", source, StepKind.HostFile), Errno.ELOOP);
            }

            if (entries.Count >= limits.MaximumEntries)
            {
                throw TransferRefusal.TooMany("put into the sandbox", source, limits);
            }

            if (info is not DirectoryInfo folder)
            {
                bytes += ((FileInfo)info).Length;
                if (bytes > limits.MaximumBytes)
                {
                    throw TransferRefusal.TooLarge("put into the sandbox", source, limits.MaximumBytes);
                }

                entries.Add(new PutEntry(target, info.UnixFileMode & Permissions, source));
                return;
            }

            if (depth > limits.MaximumDepth)
            {
                throw TransferRefusal.TooDeep("put into the sandbox", source, limits);
            }

            entries.Add(new PutEntry(target, info.UnixFileMode & Permissions, null));
            foreach (FileSystemInfo child in folder.EnumerateFileSystemInfos("*", Everything).OrderBy(static child => child.Name, StringComparer.Ordinal))
            {
                Add(child.FullName, $"{target}/{child.Name}", depth + 1);
            }
        }
    }

    internal static EnumerationOptions Everything { get; } = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Opens a file of the host, if it is one and no link.</summary>
    internal static SafeFileHandle Open(string path)
    {
        int place = (int)Errors.Check(
            Kernel.openat(Kernel.AtFdcwd, path, Kernel.OPath | Kernel.ONofollow | Kernel.OCloexec), "read", path, StepKind.HostFile);
        try
        {
            return OpenedFile.Reopen(place, path, StepKind.HostFile);
        }
        finally
        {
            Kernel.close(place);
        }
    }
}

/// <summary>One thing to put into a sandbox.</summary>
/// <param name="Path">Where to, inside.</param>
/// <param name="Mode">Permissions.</param>
/// <param name="Source">The file of the host; null: a folder.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PutEntry(string Path, UnixFileMode Mode, string? Source);
