using Isolation.Linux.Interop;
using Isolation.Linux.Probing;

namespace Isolation.Linux.Host;

/// <summary>
/// The many ways in which a host keeps a process from making user namespaces, read from files alone. The kernel only
/// says EPERM to most of them.
/// </summary>
internal static class UserNamespaceSwitches
{
    private const string AppArmor = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
    private const string Debian = "/proc/sys/kernel/unprivileged_userns_clone";

    /// <summary>A switch that is off for this process; null if all that are known are on.</summary>
    internal static Obstacle? Find(HostFiles files, ProcessCredentials facts)
    {
        if (IsOrdinary(files, facts) && files.Is(Debian, "0"))
        {
            return new(
                "Ordinary users may not make user namespaces: kernel.unprivileged_userns_clone is 0.",
                "sysctl -w kernel.unprivileged_userns_clone=1");
        }

        return null;
    }

    /// <summary>A limit that lets no namespace of some kind be made. ENOSPC does not say of which.</summary>
    internal static Obstacle? FindLimit(HostFiles files, int error) =>
        error is Errno.ENOSPC or Errno.EUSERS
            && NamespaceKind.All.FirstOrDefault(kind => files.Is($"/proc/sys/user/{kind.Limit}", "0")) is { } kind
            ? new($"No {kind.Word} namespaces may be made: user.{kind.Limit} is 0.",
                $"sysctl -w user.{kind.Limit}=100000")
            : null;

    /// <summary>The likeliest reason for a refusal that was seen.</summary>
    internal static Obstacle Explain(HostFiles files, ProcessCredentials facts, int error)
    {
        if (Find(files, facts) is { } known)
        {
            return known;
        }

        string name = ErrnoText.Name(error);
        bool isFiltered = files.ReadStatus("Seccomp") == "2";
        const string FilterRemedy =
            "Let the container's filter allow clone3, unshare, setns, mount, umount2, pivot_root, fsopen, fsconfig, "
                + "fsmount, move_mount, open_tree and mount_setattr: a profile of its own, or --security-opt "
                + "seccomp=unconfined.";
        if (error == Errno.ENOSYS)
        {
            return new(
                isFiltered
                    ? "A system-call filter hides clone3 (ENOSYS), as the default profiles of container runtimes do."
                    : "The kernel has no clone3 (ENOSYS).",
                isFiltered ? FilterRemedy : $"Use a kernel of version {PlatformProbe.OldestKernel} or newer.");
        }

        if (IsOrdinary(files, facts) && files.Is(AppArmor, "1"))
        {
            return new(
                $"AppArmor takes all rights in user namespaces from ordinary users ({name}): "
                    + $"kernel.apparmor_restrict_unprivileged_userns is 1.",
                "Give the application an AppArmor profile with the rule \"userns,\" (see apparmor.d(5)), or: sysctl -w "
                    + "kernel.apparmor_restrict_unprivileged_userns=0");
        }

        if (!facts.MayMount && files.ReadMounts() is { Count: > 0 } mounts && !mounts.Any(mount => mount.Point == "/"))
        {
            return new(
                $"A process in a chroot may not make user namespaces ({name}).",
                "Start the application with pivot_root, as containers are, instead of chroot.");
        }

        if (isFiltered)
        {
            return new(
                $"A system-call filter refuses it ({name}), as the default profiles of container runtimes do.",
                FilterRemedy);
        }

        if (files.ReadText("/proc/self/attr/current") is { Length: > 0 } label
            && !label.StartsWith("unconfined", StringComparison.Ordinal))
        {
            return new(
                $"The kernel refuses it ({name}); this process is confined by a security module as "
                    + $"\"{label.TrimEnd('\0')}\".",
                "Let that profile allow user namespaces and mounts, or start the container with --security-opt "
                    + "apparmor=unconfined (SELinux: label=disable).");
        }

        return error switch
        {
            Errno.ENOSPC or Errno.EUSERS => new(
                "No more user namespaces can be made (ENOSPC): the limit user.max_user_namespaces is reached, or 32 "
                    + "are nested.",
                "Raise it: sysctl -w user.max_user_namespaces=100000"),
            Errno.EINVAL =>
                new("This kernel has no user namespaces (EINVAL).", "Use a kernel that is built with CONFIG_USER_NS."),
            _ => new(
                $"The kernel refuses it ({name}: {ErrnoText.Text(error)}).",
                "Look for a security module that forbids it (dmesg, the audit log), or run the host as root."),
        };
    }

    /// <summary>
    /// The switches spare root of the initial user namespace only; root of a rootless container counts as ordinary.
    /// </summary>
    private static bool IsOrdinary(HostFiles files, ProcessCredentials facts) =>
        !facts.MayMount || files.ReadText("/proc/self/uid_map")?.Split(
            ' ', StringSplitOptions.RemoveEmptyEntries) is not ["0", "0", "4294967295"];
}
