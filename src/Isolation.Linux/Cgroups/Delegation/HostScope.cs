using System.Globalization;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Cgroups.Systemd;
using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Delegation;

/// <summary>
/// Represents this process's scope, which is requested from systemd by the first sandbox that needs it, and shared by
/// all.
/// </summary>
/// <remarks>
/// A scope requires a running process. This is normally the keeper, a process of this library that shares nothing with
/// the application and ends with it; the application is not moved. If an unprivileged user could not move processes
/// into the scope, the application itself is that process.
/// </remarks>
internal sealed class HostScope
{
    private const string Suffix = ".scope";

    /// <summary>The time after a refusal in which systemd is not asked again.</summary>
    private static readonly TimeSpan RefusalLifetime = TimeSpan.FromSeconds(30);

    private static readonly Lock Gate = new();
    private static HostScope? _current;
    private static (Obstacle Obstacle, long Since)? _refusal;

    private readonly InitProcess _keeper;

    private HostScope(InitProcess keeper, string directory)
    {
        _keeper = keeper;
        Directory = directory;
    }

    private string Directory { get; }

    private bool IsAlive => Kernel.poll(_keeper.Pidfd) == 0;

    /// <summary>
    /// Returns whether cgroups can still be created below a cgroup, that is, whether it is not an ended scope of this
    /// process.
    /// </summary>
    internal static bool IsUsable(string directory) =>
        Volatile.Read(ref _current) is not { } scope || scope.Directory != directory || scope.IsAlive;

    /// <summary>Gets the scope of this process, and requests it first if necessary.</summary>
    /// <param name="ownGroup">The cgroup of this process.</param>
    /// <param name="mayMove">Whether this process may be moved into the scope.</param>
    /// <param name="locate">Finds the directory of a cgroup.</param>
    /// <param name="obstacle">The reason why there is none.</param>
    internal static string? Find(string ownGroup, bool mayMove, Func<string, string?> locate, out Obstacle? obstacle)
    {
        HostFiles files = HostFiles.Current;
        SystemdManager? manager = SystemdManager.Find(files, Kernel.geteuid(), files.ReadEnvironment);
        obstacle = manager is null ? new Obstacle("systemd does not manage this host.", null)
            : manager.Reaches(ownGroup) || mayMove ? null
            : OutOfReach(ownGroup);
        if (obstacle is not null)
        {
            return null;
        }

        lock (Gate)
        {
            if (_current is { } scope)
            {
                if (scope.IsAlive)
                {
                    return scope.Directory;
                }

                // The scope was stopped from outside.
                scope._keeper.Abandon();
                _current = null;
            }

            if (_refusal is { } refusal && TimeProvider.System.GetElapsedTime(refusal.Since) < RefusalLifetime)
            {
                obstacle = refusal.Obstacle;
                return null;
            }

            string name = CgroupOwner.Current.NextName() + Suffix;
            (string? directory, obstacle) = manager!.Reaches(ownGroup)
                ? Keep(manager, name, locate)
                : MoveHost(manager, name, locate);
            _refusal = obstacle is null ? null : (obstacle, TimeProvider.System.GetTimestamp());
            if (directory is not null)
            {
                EndThoseOfTheDead(directory);
            }

            return directory;
        }
    }

    private static Obstacle OutOfReach(string ownGroup) => new(
        $"An unprivileged user may not move processes from {ownGroup} into a scope of the user's systemd manager.",
        "Start it with systemd-run --user --scope -p Delegate=yes COMMAND, or allow moving it into a scope "
            + "(LinuxSandboxOptions.HostGroup).");

    private static (string? Directory, Obstacle? Obstacle) Keep(
        SystemdManager manager, string name, Func<string, string?> locate)
    {
        InitProcess keeper;
        try
        {
            keeper = StartKeeper();
        }
        catch (SandboxException exception)
        {
            return (null, new Obstacle(
                $"Cannot start the keeper process of the systemd scope. {exception.Message}", exception.Remedy));
        }

        try
        {
            Obstacle? obstacle = Start(manager, name, keeper.ProcessId, "keeper", locate, out string? directory);
            if (obstacle is not null)
            {
                keeper.Abandon();
                return (null, obstacle);
            }

            Volatile.Write(ref _current, new HostScope(keeper, directory!));
            return (directory, null);
        }
        catch
        {
            keeper.Abandon();
            throw;
        }
    }

    /// <summary>Creates a scope and moves this process into it, where later calls find the process.</summary>
    private static (string? Directory, Obstacle? Obstacle) MoveHost(
        SystemdManager manager, string name, Func<string, string?> locate)
    {
        Obstacle? obstacle = Start(
            manager, name, Environment.ProcessId, HostCgroup.Name, locate, out string? directory);
        return (obstacle is null ? directory : null, obstacle);
    }

    private static Obstacle? Start(
        SystemdManager manager, string name, int process, string leaf, Func<string, string?> locate,
        out string? directory)
    {
        directory = null;
        string description = string.Create(
            CultureInfo.InvariantCulture, $"Sandboxes of process {Environment.ProcessId}");
        if (manager.StartScope(name, description, process) is { } obstacle)
        {
            return obstacle;
        }

        string group = HostFiles.Current.ReadLines($"/proc/{process}/cgroup")
            .FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?[3..] ?? "";
        if (!group.EndsWith($"/{name}", StringComparison.Ordinal))
        {
            return new Obstacle(
                $"systemd started the scope {name} without moving process {process} into it: the process is in "
                + $"{group}.", null);
        }

        directory = locate(group);
        return directory is null
            ? new Obstacle(
                $"The cgroup v2 mount does not show the scope {group}.",
                "Mount the whole hierarchy: mount -t cgroup2 cgroup2 DIRECTORY.")
            : HostCgroup.Enter(directory, leaf, process);
    }

    private static InitProcess StartKeeper() => Attendant.Start("cgroup keeper", static b =>
    {
        // Unblocks signals, which the launch blocked, so that systemd can end it.
        b.Try(SystemCallTable.Current.RtSigprocmask, Kernel.SigSetmask, b.Reserve(8), 0, 8);
    });

    /// <summary>
    /// Ends scopes that outlived their owner because a sandbox without a PID namespace left processes in them.
    /// </summary>
    private static void EndThoseOfTheDead(string directory)
    {
        foreach (string other in CgroupFiles.Children(Path.GetDirectoryName(directory)!))
        {
            string name = Path.GetFileName(other);
            if (name.EndsWith(Suffix, StringComparison.Ordinal)
                && CgroupOwner.Parse(name[..^Suffix.Length]) is { } owner && owner.IsDead(CgroupOwner.Current))
            {
                // systemd removes the cgroups as soon as they contain no process.
                CgroupKiller.Kill([other]);
            }
        }
    }
}
