using Isolation.Linux.Host;
using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.Linux.Hints;

/// <summary>Provides the hints for the root of a sandbox: binds, entries, overlays and mounts.</summary>
internal static class RootHints
{
    internal static Hint[] All { get; } =
    [
        new(OpenOfHost, ENOENT, target =>
            $"{target} does not exist on the host: create it, or make the entry optional (Requirement.Prefer)."),
        new(OpenOfHost, ENOTDIR, target =>
            $"Something on the way to {target} is not a directory: correct the path, or make the entry optional "
            + "(Requirement.Prefer)."),
        new(OpenOfHost, EACCES, HostAccess),
        new(OpenOfHost, EINVAL, target =>
            $"Mounts below {target} cannot be left out, because an ordinary user would see what they cover: use "
            + "BindScope.Recursive. If the mount is unbindable, bind another directory."),
        new(OpenOfHost, EPERM, "Copying a mount requires a new user namespace and a new mount namespace, or root."),

        new(FindInside, ENOENT, target =>
            $"{target} does not exist in the sandbox, or it is a symbolic link whose target does not exist. "
            + "Nothing is created through a link or in a directory of the host (DirectoryRoot, BindMount): create the "
            + "target there, or use an OverlayRoot."),
        new(FindInside, ENOTDIR, target =>
            $"A directory can be mounted only on a directory, and a file only on a file: {target}, or something on "
            + "the way to it, is of the other type."),
        new(FindInside, ELOOP, target => $"A symbolic link at or above {target} leads in a circle or into /proc."),
        new(FindInside, EACCES, target =>
            $"The sandbox's first user cannot reach {target}: each directory above it must grant the x permission "
            + "to the host user it is mapped to."),

        new(MakeEntry, EEXIST, target =>
            $"{target} exists in the sandbox already: choose another target, or remove the entry."),
        new(MakeEntry, ENOSPC,
            "The file system is full: raise Size or Inodes of the root or of the temporary directory, or add less."),
        new(MakeEntry, EACCES, target =>
            $"The sandbox's first user cannot create {target}: the host user it is mapped to needs the w and x "
            + "permissions on the directory."),
        new(MakeEntry, EOVERFLOW, target =>
            $"The file system of {target} belongs to a user namespace in which the creating user has no id: map it "
            + "(IdMap.Ranges)."),
        new(WriteContent, ENOSPC,
            "The file system is full: raise Size of the root or of the temporary directory, or write less."),
        new(FillMemoryFile, ENOSPC,
            "The host's memory is exhausted or fully committed (vm.overcommit_memory): pass less, or pass it as a "
            + "file."),
        new(FillMemoryFile, ENOMEM,
            "The host's memory, or the limit of its cgroup, is exhausted: pass less, or pass it as a file."),

        new(FindLayer, ENOENT, target => $"{target} does not exist on the host: create it, or remove the layer."),
        new(FindLayer, ENOTDIR, target => $"A layer is a directory: {target}, or something on the way to it, is not."),
        new(FindLayer, EACCES, target =>
            $"User {ProcessCredentials.Current.UserId} of the host, or the host user whom the sandbox's first user is "
            + $"mapped to, cannot reach {target}: each directory above it must grant that user the x permission."),
        new(MakeOverlay, EINVAL, _ =>
            "The upper and the work directory must be two directories of one writable mount, neither in the other, "
            + "whose file system overlayfs accepts (not overlay, NFS or FAT)."
            + (KernelVersion.CanMapOwnersOfLayers
                ? ""
                : " Before Linux 5.19 the owners of layers cannot be mapped: use MountOwnership.Host.")
            + " The kernel logs the reason (dmesg)."),
        new(MakeOverlay, ELOOP,
            "No layer can lie in another, and neither can the upper or the work directory: use separate directories."),
        new(MakeOverlay, EACCES, UpperAccess),
        new(MakeOverlay, EPERM, UpperAccess),
        new(MakeOverlay, EOVERFLOW, UpperAccess),
        new(MakeOverlay, EROFS, "The upper and the work directory must be on a writable mount."),
        new(MakeOverlay, EBUSY,
            "Another overlay uses the upper or the work directory: end it, or use other directories."),
        new(MakeOverlay, ENODEV,
            "The kernel has no overlayfs: load it (modprobe overlay), or use a kernel built with "
            + "CONFIG_OVERLAY_FS."),
        new(MapOwners, EINVAL, target =>
            $"The file system of {target} cannot map owners (ext4 and xfs can since Linux 5.12, btrfs since 5.15, "
            + "tmpfs since 6.3; overlayfs cannot): use a directory on another file system, or MountOwnership.Host."),
        new(MapOwners, EPERM,
            "Mapping owners requires CAP_SYS_ADMIN on the host: run the application as root, or use "
            + "MountOwnership.Host."),

        new(MakeProc, EPERM, _ =>
        {
            Obstacle covers = ProcCovers.Explain(HostFiles.Current);
            return $"{covers.Reason} {covers.Remedy} Since Linux 7.2 ProcContent.ProcessesOnly works nevertheless.";
        }),
        new(MakeSys, EPERM,
            "A new sysfs requires a new network namespace, and a /sys that nothing covers on the host: create "
            + "one, or bind the host's /sys read-only."),
    ];

    private const string UpperAccess =
        "The upper and the work directory must be writable: for root where root lays the layers, else for the "
        + "host user whom the sandbox's first user is mapped to.";

    internal static string HostAccess(string target) =>
        $"User {ProcessCredentials.Current.UserId} of the host cannot open {target}: it needs the r permission on "
            + $"it and the x "
        + "permission on each directory above it.";
}
