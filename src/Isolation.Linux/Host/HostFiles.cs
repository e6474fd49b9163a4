using System.Text;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Host;

/// <summary>Reads the files that describe a host's features.</summary>
/// <param name="root">The directory below which paths are resolved. Tests set it to simulate other hosts.</param>
internal class HostFiles(string root = "/")
{
    /// <summary>Gets the files of this host.</summary>
    internal static HostFiles Current { get; } = new();

    internal virtual bool IsFile(string path) => File.Exists(Place(path));

    internal virtual bool Exists(string path) => File.Exists(Place(path)) || Directory.Exists(Place(path));

    /// <summary>Reads the trimmed content of a file; null if the file does not exist or is not readable.</summary>
    internal virtual string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(Place(path)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads an environment variable of this process; null if it is not set.</summary>
    internal virtual string? ReadEnvironment(string name) => Environment.GetEnvironmentVariable(name);

    /// <summary>Reads the lines of a file; empty if the file does not exist or is not readable.</summary>
    internal string[] ReadLines(string path) => ReadText(path)?.Split('\n') ?? [];

    /// <summary>Returns whether a kernel setting exists and has the specified value.</summary>
    internal bool Is(string path, string value) => ReadText(path) == value;

    /// <summary>Reads a field, such as <c>NoNewPrivs</c>, of <c>/proc/self/status</c>.</summary>
    internal string? ReadStatus(string name) =>
        ReadLines("/proc/self/status").FirstOrDefault(
            line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..].Trim();

    /// <summary>Reads the mounts that are visible to this process.</summary>
    internal IReadOnlyList<MountLine> ReadMounts() => MountLine.Parse(ReadLines("/proc/self/mountinfo"));

    /// <summary>
    /// Finds a program in the same way as <c>Process.Start</c>, and in the directories of administrative programs.
    /// </summary>
    internal string? FindProgram(string name) =>
        $"{ReadEnvironment("PATH")}:/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin"
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => $"{directory}/{name}")
            .FirstOrDefault(IsFile);

    /// <summary>Returns whether a program has the set-user-ID bit.</summary>
    internal virtual bool IsSetUserId(string path) => !OperatingSystem.IsWindows()
        && File.GetUnixFileMode(Place(path)).HasFlag(UnixFileMode.SetUser);

    /// <summary>
    /// Returns whether a program has the file capability to change user or group ids, see capabilities(7).
    /// </summary>
    internal virtual bool HasIdCapability(string path)
    {
        // struct vfs_cap_data: a word with the version, then the low word of the permitted set.
        Span<byte> value = stackalloc byte[24];
        long size = Kernel.getxattr(Place(path), "security.capability", value);
        uint permitted = size >= 8 ? BitConverter.ToUInt32(value[4..]) : 0;
        return (permitted & ((1u << Kernel.CapSetuid) | (1u << Kernel.CapSetgid))) != 0;
    }

    /// <summary>
    /// Reads the short text of an extended attribute, see xattr(7); null if the attribute does not exist or is not
    /// readable.
    /// </summary>
    internal virtual string? ReadAttribute(string path, string name)
    {
        Span<byte> value = stackalloc byte[64];
        long size = Kernel.getxattr(Place(path), name, value);
        return size < 0 ? null : Encoding.UTF8.GetString(value[..(int)size]);
    }

    /// <summary>Reads the status of a file; null if it is missing or out of reach. Links are not followed.</summary>
    internal virtual FileStatus? ReadFileStatus(string path)
    {
        long file = Kernel.openat(
            Kernel.AtFdcwd, Place(path), Kernel.OPath | Kernel.ONofollow | Kernel.OCloexec);
        if (file < 0)
        {
            return null;
        }

        long error = Kernel.statx((int)file, out FileStatus status);
        Kernel.close((int)file);
        return error < 0 ? null : status;
    }

    /// <summary>Reads at most so many entries of a directory; null if it is not readable.</summary>
    internal virtual string[]? ReadEntries(string path, int maximum)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(Place(path)).Take(maximum)
                .Select(entry => root == "/" ? entry : entry[root.Length..])];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Returns whether this process may write to a file, or create files in a directory.</summary>
    internal virtual bool MayWrite(string path) => Kernel.faccessat(Place(path), Kernel.WOk) == 0;

    private string Place(string path) => root == "/" ? path : root + path;
}
