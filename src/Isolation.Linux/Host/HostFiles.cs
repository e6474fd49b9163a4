using System.Text;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Host;

/// <summary>
/// The files that say what a host can do. All paths are the host's; a root directory other than <c>/</c> gives the
/// files of another host, which is how tests look at hosts that they do not run on.
/// </summary>
internal class HostFiles(string root = "/")
{
    /// <summary>The files of this host.</summary>
    internal static HostFiles Current { get; } = new();

    internal bool Exists(string path) => File.Exists(Place(path)) || Directory.Exists(Place(path));

    /// <summary>The trimmed content of a file; null where it is not there or may not be read.</summary>
    internal string? ReadText(string path)
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

    /// <summary>The lines of a file; none where it is not there or may not be read.</summary>
    internal string[] ReadLines(string path) => ReadText(path)?.Split('\n') ?? [];

    /// <summary>Whether a setting of the kernel is there and has this value.</summary>
    internal bool Is(string path, string value) => ReadText(path) == value;

    /// <summary>What follows a name in <c>/proc/self/status</c>, such as <c>NoNewPrivs</c>.</summary>
    internal string? ReadStatus(string name) =>
        ReadLines("/proc/self/status").FirstOrDefault(
            line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..].Trim();

    /// <summary>The mounts that this process sees.</summary>
    internal IReadOnlyList<MountLine> ReadMounts() => MountLine.Parse(ReadLines("/proc/self/mountinfo"));

    /// <summary>Finds a program as <c>Process.Start</c> does, and where administrators' programs are.</summary>
    internal string? FindProgram(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin"
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => $"{directory}/{name}")
            .FirstOrDefault(path => File.Exists(Place(path)));

    /// <summary>Whether a program runs as another user than the one who starts it.</summary>
    internal bool IsSetUserId(string path) => !OperatingSystem.IsWindows()
        && File.GetUnixFileMode(Place(path)).HasFlag(UnixFileMode.SetUser);

    /// <summary>Whether a program has the file capability to change user or group ids, see capabilities(7).</summary>
    internal bool HasIdCapability(string path)
    {
        // struct vfs_cap_data: a word with the version, then the low word of the permitted set.
        Span<byte> value = stackalloc byte[24];
        long size = Kernel.getxattr(Place(path), "security.capability", value);
        uint permitted = size >= 8 ? BitConverter.ToUInt32(value[4..]) : 0;
        return (permitted & ((1u << Kernel.CapSetuid) | (1u << Kernel.CapSetgid))) != 0;
    }

    /// <summary>
    /// The short text of an extended attribute, see xattr(7); null where it is not there or may not be read.
    /// </summary>
    internal virtual string? ReadAttribute(string path, string name)
    {
        Span<byte> value = stackalloc byte[64];
        long size = Kernel.getxattr(Place(path), name, value);
        return size < 0 ? null : Encoding.UTF8.GetString(value[..(int)size]);
    }

    /// <summary>Whether this process may write to a file, or make something in a directory.</summary>
    internal virtual bool MayWrite(string path) => Kernel.faccessat(Place(path), Kernel.WOk) == 0;

    private string Place(string path) => root == "/" ? path : root + path;
}
