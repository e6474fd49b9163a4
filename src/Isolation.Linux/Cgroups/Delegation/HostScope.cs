using System.Globalization;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Cgroups.Systemd;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Delegation;

/// <summary>
/// The scope of this process: asked of systemd when the first sandbox needs it, and used for all of them. A scope needs
/// a process to live with. That is one of this library's, the keeper, which has nothing of the host and ends with it;
/// so the host stays where it is. Where an ordinary user could not move processes from there to the scope, it is the
/// host.
/// </summary>
internal sealed class HostScope
{
    private const string Suffix = ".scope";

    /// <summary>How long systemd is not asked again after it refused.</summary>
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
    /// Whether groups can still be made below a group: not in a scope of this process that has ended.
    /// </summary>
    internal static bool IsUsable(string directory) =>
        Volatile.Read(ref _current) is not { } scope || scope.Directory != directory || scope.IsAlive;

    /// <summary>Finds the scope of this process, and asks for it first if need be.</summary>
    /// <param name="ownGroup">The group of this process.</param>
    /// <param name="mayMove">Whether this process may be moved into it.</param>
    /// <param name="locate">Finds the directory of a group.</param>
    /// <param name="obstacle">Why there is none.</param>
    internal static string? Find(string ownGroup, bool mayMove, Func<string, string?> locate, out Obstacle? obstacle)
    {
        HostFiles files = HostFiles.Current;
        SystemdManager? manager = SystemdManager.Find(files, Kernel.geteuid(), Environment.GetEnvironmentVariable);
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

                // Somebody stopped it.
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
        $"An ordinary user may not move processes from {ownGroup} into a scope of the own systemd manager's.",
        "Start the host there: systemd-run --user --scope -p Delegate=yes COMMAND. Or let it be moved into a scope "
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
                $"The process that keeps a scope of systemd cannot be started. {exception.Message}", exception.Remedy));
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

    /// <summary>This process is in the scope afterwards, so it is found there from then on.</summary>
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
                $"systemd started the scope {name} without moving process {process} into it: that is in "
                + $"{group}.", null);
        }

        directory = locate(group);
        return directory is null
            ? new Obstacle(
                $"The mount of v2 does not show the scope {group}.",
                "Mount the whole hierarchy: mount -t cgroup2 cgroup2 FOLDER.")
            : HostCgroup.Enter(directory, leaf, process);
    }

    private static InitProcess StartKeeper()
    {
        InitProcess keeper = Launcher.Start(new LaunchPlan(0, [], null) { Name = "keeper of control groups" });
        SystemCallTable calls = SystemCallTable.Current;
        ProgramBuilder b = new(InitProgram.ProgramAddress);
        b.BeginAtBase();

        // It holds no directory of the host, and ends when systemd says so: the launch blocked all signals.
        b.Try(calls.Chdir, b.AddText("/"));
        b.Try(calls.RtSigprocmask, Kernel.SigSetmask, b.Reserve(8), 0, 8);
        b.Jump(b.LabelAt(InitProgram.Current.Loop));
        b.Finish();
        long sent = keeper.Send(b);
        if (sent < 0)
        {
            keeper.Abandon();
        }

        SandboxErrors.Check(sent, "send the keeper of control groups its program", null);
        return keeper;
    }

    /// <summary>A scope lives on after its host where a sandbox without a PID namespace left processes in it.</summary>
    private static void EndThoseOfTheDead(string directory)
    {
        foreach (string other in CgroupFiles.Children(Path.GetDirectoryName(directory)!))
        {
            string name = Path.GetFileName(other);
            if (name.EndsWith(Suffix, StringComparison.Ordinal)
                && CgroupOwner.Parse(name[..^Suffix.Length]) is { } owner && owner.IsDead(CgroupOwner.Current))
            {
                // systemd removes the groups as soon as nobody is in them.
                CgroupKiller.Kill([other]);
            }
        }
    }
}
