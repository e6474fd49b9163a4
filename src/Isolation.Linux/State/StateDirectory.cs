using System.Collections.Immutable;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.State;

/// <summary>
/// Represents the directory in which the detached sandboxes of a user are recorded, one directory each.
/// </summary>
internal sealed class StateDirectory
{
    private const int Private = 0b111_000_000;
    private const int OfOthers = 0b000_111_111;
    private const int MaximumIdLength = 200;

    private StateDirectory(string path, string mark)
    {
        Path = path;
        Mark = mark;
    }

    /// <summary>Gets the path.</summary>
    internal string Path { get; }

    /// <summary>
    /// Gets a text that identifies the directory on the host, whatever its path is in this mount namespace.
    /// </summary>
    internal string Mark { get; }

    /// <summary>
    /// Opens the directory, and creates it if necessary. Only the application's user and root may be able to replace it
    /// or anything in it: another user could have directories of this user read and removed.
    /// </summary>
    /// <param name="configured">The path in the options; null for the default.</param>
    internal static StateDirectory Open(string? configured)
    {
        string path = SafePath.Resolve(System.IO.Path.GetFullPath(configured ?? FindDefault()));
        long made = Kernel.mkdir(path, Private);
        SandboxErrors.Check(made == -Errno.EEXIST ? 0 : made, "create the state directory", path);
        int directory = (int)SandboxErrors.Check(
            Kernel.openat(
                Kernel.AtFdcwd, path, Kernel.ORdonly | Kernel.ODirectory | Kernel.OCloexec | Kernel.ONofollow),
            "open the state directory", path);
        using SafeFileHandle handle = new(directory, true);
        SandboxErrors.Check(Kernel.statx(directory, out FileStatus status), "open the state directory", path);
        if (status.UserId != Kernel.geteuid() || (status.Mode & OfOthers) != 0)
        {
            throw new SandboxException(
                "use the state directory", path, 0, nameof(Errno.EPERM),
                "it belongs to another user, or is accessible to others",
                "Set LinuxSandboxOptions.StateDirectory to a directory of the application's user with mode 0700.");
        }

        return new StateDirectory(path, string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{status.Device:x}-{status.Inode:x}"));
    }

    /// <summary>Creates the directory of a new sandbox, which belongs to this process.</summary>
    internal SandboxDirectory Create(string id)
    {
        using IDisposable gate = Enter();
        string path = PathOf(id);
        SandboxErrors.Check(Kernel.mkdir(path, Private), "create the state directory", path);
        DetachedRecord.Reached?.Invoke("create the directory");
        return SandboxDirectory.TryTake(this, path)
            ?? throw new SandboxException($"Cannot lock the new state directory {path}.");
    }

    /// <summary>
    /// Takes the directory of a sandbox for this process; null if another process has it. The exception says if there
    /// is no such sandbox.
    /// </summary>
    internal SandboxDirectory? TryTake(string id)
    {
        using IDisposable gate = Enter();
        return Contains(id)
            ? TryTakeEntered(id)
            : throw new SandboxException(
                "find the sandbox", id, 0, nameof(Errno.ENOENT), $"{Path} does not contain it",
                "List the sandboxes with ISandboxProvider.ListAsync, and use the same "
                    + "LinuxSandboxOptions.StateDirectory as the application that created it.");
    }

    /// <summary>Gets the ids of all recorded sandboxes.</summary>
    internal ImmutableArray<string> Ids() => [.. new DirectoryInfo(Path).EnumerateDirectories()
        .Where(static directory => directory.LinkTarget is null && IsId(directory.Name))
        .Select(static directory => directory.Name)];

    /// <summary>Returns whether a sandbox has a directory here.</summary>
    internal bool Contains(string id) => SandboxDirectory.IsMarked(PathOf(id));

    /// <summary>Takes the directory of a sandbox; null if another process has it. The caller has entered.</summary>
    internal SandboxDirectory? TryTakeEntered(string id) => SandboxDirectory.TryTake(this, PathOf(id));

    /// <summary>
    /// Removes the directory of an application that was killed before it had marked it. The caller has entered.
    /// </summary>
    internal void RemoveIfEmpty(string id) => Kernel.rmdir(PathOf(id));

    /// <summary>Waits until no other process creates, takes or removes a directory.</summary>
    internal IDisposable Enter() => FileLock.Wait(System.IO.Path.Combine(Path, ".lock"));

    internal static bool IsId(string id) => id.Length is > 0 and <= MaximumIdLength && id[0] != '.'
        && id.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    private static string FindDefault() =>
        Kernel.geteuid() == 0 ? "/run/isolation"
        : Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime
            ? System.IO.Path.Combine(runtime, "isolation")
            : throw new SandboxException(
                "find the state directory", null, 0, nameof(Errno.ENOENT), "XDG_RUNTIME_DIR is not set",
                "Set LinuxSandboxOptions.StateDirectory to a directory of the application's user with mode 0700.");

    private string PathOf(string id) => IsId(id)
        ? System.IO.Path.Combine(Path, id)
        : throw new ArgumentException("Cannot be the id of a sandbox.", nameof(id));
}
