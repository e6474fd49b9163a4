using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Probing;

/// <summary>Tries which mounts are available.</summary>
internal sealed class MountProbe(
    HostFiles files, ProcessCredentials facts, NamespaceProbe namespaces, IKernelProbes trials)
{
    // Directories that applications bind, on different file systems on most hosts.
    private static readonly string[] MappedDirectories = ["/", "/home", "/tmp", "/dev/shm"];

    internal FeatureSupport FindProc()
    {
        const IsolationFeature Feature = IsolationFeature.ProcMounts;
        if (NamespaceObstacle(Namespaces.Pid) is { } obstacle)
        {
            return obstacle.For(Feature);
        }

        int error = trials.TryProc(namespaces.HasUserNamespaces, ProcContent.Everything, out string? call);
        if (error == 0)
        {
            return new(Feature, true, "A procfs can be mounted for a new PID namespace.", null);
        }

        // The kernel compares the new /proc with the existing one when it creates the mount.
        bool isTooRevealing = error == Errno.EPERM && namespaces.HasUserNamespaces && call is null or "fsmount";
        return (isTooRevealing ? ExplainTooRevealing() : UserNamespaceSwitches.Explain(files, facts, error, call))
            .For(Feature);
    }

    internal FeatureSupport FindOverlay()
    {
        const IsolationFeature Feature = IsolationFeature.Overlay;
        if (NamespaceObstacle(Namespaces.Mount) is { } obstacle)
        {
            return obstacle.For(Feature);
        }

        return trials.TryOverlay(namespaces.HasUserNamespaces) switch
        {
            0 => new(Feature, true, "Overlays can be mounted.", null),
            Errno.ENODEV =>
                new(Feature, false, "The kernel has no overlay file system, or its module is not loaded.",
                    "modprobe overlay, or use a kernel built with CONFIG_OVERLAY_FS."),
            int error => UserNamespaceSwitches.Explain(files, facts, error).For(Feature),
        };
    }

    internal FeatureSupport FindRecursiveReadOnly()
    {
        const IsolationFeature Feature = IsolationFeature.RecursiveReadOnly;
        if (NamespaceObstacle(Namespaces.Mount) is { } obstacle)
        {
            return obstacle.For(Feature);
        }

        return trials.TryRecursiveReadOnly(namespaces.HasUserNamespaces) switch
        {
            0 => new(Feature, true, "A tree of mounts can be made read-only recursively.", null),
            int error => UserNamespaceSwitches.Explain(files, facts, error).For(Feature),
        };
    }

    internal FeatureSupport FindMapped()
    {
        const IsolationFeature Feature = IsolationFeature.IdMappedMounts;
        if (NamespaceObstacle(Namespaces.Mount) is { } obstacle)
        {
            return obstacle.For(Feature);
        }

        if (!facts.MayMount || !namespaces.HasUserNamespaces)
        {
            return new(
                Feature, false,
                "Mapping the owners of a mount requires CAP_SYS_ADMIN on the host and a new user namespace.",
                "Run the application as root, or use MountOwnership.Host.");
        }

        List<string> working = [];
        List<string> refused = [];
        foreach (string directory in MappedDirectories.Where(files.Exists))
        {
            int error = trials.TryMappedMount(directory);
            (error == 0 ? working : refused).Add(error == 0 ? directory : $"{directory} ({ErrnoText.Name(error)})");
        }

        string rest = refused.Count == 0
            ? ""
            : $" Refused for {string.Join(", ", refused)}: the file system of the directory must support mapping.";
        return working.Count > 0
            ? new(Feature, true, $"Owners can be mapped for {string.Join(", ", working)}.{rest}", null)
            : new(
                Feature, false, $"Owners cannot be mapped for any of the tested directories.{rest}",
                "Use directories on a file system that supports it (ext4 and xfs since 5.12, btrfs since 5.15, tmpfs "
                    + "since 6.3), or use MountOwnership.Host.");
    }

    /// <summary>
    /// Explains why /proc cannot be mounted. A user namespace gets a new /proc only if its existing /proc is complete,
    /// because the new one would reveal the covered parts.
    /// </summary>
    internal Obstacle ExplainTooRevealing()
    {
        bool canHaveProcesses = trials.TryProc(namespaces.HasUserNamespaces, ProcContent.ProcessesOnly) == 0;
        Obstacle known = ProcCovers.Explain(files);
        return canHaveProcesses
            ? new($"{known.Reason} A /proc with processes only can be mounted.",
                $"Use ProcContent.ProcessesOnly. For all of /proc: {known.Remedy}")
            : known;
    }

    private Obstacle? NamespaceObstacle(Namespaces kind) =>
        namespaces.Find(NamespaceKind.Of(Namespaces.Mount)) ?? namespaces.Find(NamespaceKind.Of(kind));
}
