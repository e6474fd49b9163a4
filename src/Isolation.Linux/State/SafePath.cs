using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;

namespace Isolation.Linux.State;

/// <summary>Finds paths that no other user but root can redirect.</summary>
internal static class SafePath
{
    private const int Sticky = 0b001_000_000_000;
    private const int WritableByOthers = 0b000_010_010;

    /// <summary>Resolves the symbolic links in a path, except for its last name.</summary>
    /// <exception cref="SandboxException">Another user could rename or replace a directory in the path.</exception>
    internal static string Resolve(string path)
    {
        string? parent = Path.GetDirectoryName(path);
        if (parent is null)
        {
            return path;
        }

        string real = RealPath(parent) ?? throw new SandboxException(
            "find the state directory", path, 0, nameof(Errno.ENOENT),
            $"{parent} does not exist, or the application may not enter it", "Create it first.");
        for (string? directory = real; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            CheckOwner(directory, path);
        }

        return Path.Combine(real, Path.GetFileName(path));
    }

    /// <summary>Resolves all symbolic links; null if the file does not exist.</summary>
    internal static string? RealPath(string path)
    {
        long file = Kernel.openat(Kernel.AtFdcwd, path, Kernel.OPath | Kernel.OCloexec);
        if (file < 0)
        {
            return null;
        }

        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file}")).LinkTarget;
        }
        finally
        {
            Kernel.close((int)file);
        }
    }

    private static void CheckOwner(string directory, string path)
    {
        int file = (int)SandboxErrors.Check(
            Kernel.openat(Kernel.AtFdcwd, directory, Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec),
            "find the state directory", path);
        long result = Kernel.statx(file, out FileStatus status);
        Kernel.close(file);
        SandboxErrors.Check(result, "find the state directory", path);
        bool isOwn = status.UserId == 0 || status.UserId == Kernel.geteuid();
        bool isShared = (status.Mode & WritableByOthers) != 0 && (status.Mode & Sticky) == 0;
        if (!isOwn || isShared)
        {
            throw new SandboxException(
                "use the state directory", path, 0, nameof(Errno.EPERM),
                $"another user can replace what is in {directory}",
                "Set LinuxSandboxOptions.StateDirectory to a path on which only root and the application's user may "
                    + "write.");
        }
    }
}
