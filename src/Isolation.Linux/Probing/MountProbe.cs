using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Probing;

/// <summary>What can be mounted. All of it is tried.</summary>
internal sealed class MountProbe(
    HostFiles files, ProcessCredentials facts, NamespaceProbe namespaces, IKernelProbes trials)
{
    // Directories that applications bind, on file systems that differ on most hosts.
    private static readonly string[] MappedDirectories = ["/", "/home", "/tmp", "/dev/shm"];

    internal FeatureSupport FindProc()
    {
        const IsolationFeature Feature = IsolationFeature.ProcMounts;
        if (NamespaceObstacle(Namespaces.Pid) is { } obstacle)
        {
            return obstacle.For(Feature);
        }

        int error = trials.TryProc(namespaces.HasUserNamespaces, ProcContent.Everything);
        if (error == 0)
        {
            return new(Feature, true, "A process file system can be mounted for a new PID namespace.", null);
        }

        bool isTooRevealing = error == Errno.EPERM && namespaces.HasUserNamespaces;
        return (isTooRevealing ? ExplainTooRevealing() : UserNamespaceSwitches.Explain(files, facts, error))
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
            0 => new(Feature, true, "Directories can be laid over each other.", null),
            Errno.ENODEV =>
                new(Feature, false, "The kernel has no overlay file system, or its module is not loaded.",
                    "modprobe overlay, or use a kernel that is built with CONFIG_OVERLAY_FS."),
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
            0 => new(Feature, true, "A tree of mounts can be made read-only as a whole.", null),
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
                "Mapping the owners of a mount needs CAP_SYS_ADMIN on the host and a new user namespace.",
                "Run the host as root, or ask for MountOwnership.Host.");
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
            : $" Refused for {string.Join(", ", refused)}: it is the file system of a directory that must be able to.";
        return working.Count > 0
            ? new(Feature, true, $"Owners can be mapped for {string.Join(", ", working)}.{rest}", null)
            : new(
                Feature, false, $"No directory that was tried can map owners.{rest}",
                "Keep the directories on a file system that can (ext4 and xfs since 5.12, btrfs since 5.15, tmpfs "
                    + "since 6.3), or ask for MountOwnership.Host.");
    }

    /// <summary>
    /// A user namespace gets a new view of /proc only where the view that it has is complete: what covers parts of the
    /// old one would be uncovered in the new.
    /// </summary>
    internal Obstacle ExplainTooRevealing()
    {
        bool canHaveProcesses = trials.TryProc(namespaces.HasUserNamespaces, ProcContent.ProcessesOnly) == 0;
        Obstacle known = ProcCovers.Explain(files);
        return canHaveProcesses
            ? new($"{known.Reason} Processes alone can be shown.",
                $"Ask for ProcContent.ProcessesOnly. For all of /proc: {known.Remedy}")
            : known;
    }

    private Obstacle? NamespaceObstacle(Namespaces kind) =>
        namespaces.Find(NamespaceKind.Of(Namespaces.Mount)) ?? namespaces.Find(NamespaceKind.Of(kind));
}
