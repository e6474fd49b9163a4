using Isolation.Linux.Interop;

namespace Isolation.Linux.Host;

/// <summary>
/// Finds, from files alone, the setting that prevents a process from creating user namespaces. The kernel itself
/// reports only EPERM for most of them.
/// </summary>
internal static class UserNamespaceSwitches
{
    private const string AppArmor = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
    private const string Debian = "/proc/sys/kernel/unprivileged_userns_clone";

    /// <summary>
    /// Finds a setting that prevents this process from creating user namespaces; null if none is known.
    /// </summary>
    internal static Obstacle? Find(HostFiles files, ProcessCredentials facts)
    {
        if (IsOrdinary(files, facts) && files.Is(Debian, "0"))
        {
            return new(
                "Unprivileged users may not create user namespaces: kernel.unprivileged_userns_clone is 0.",
                "sysctl -w kernel.unprivileged_userns_clone=1");
        }

        return null;
    }

    /// <summary>
    /// Finds a limit that prevents creating any namespace of some kind. ENOSPC does not identify the kind.
    /// </summary>
    internal static Obstacle? FindLimit(HostFiles files, int error) =>
        error is Errno.ENOSPC or Errno.EUSERS
            && NamespaceKind.All.FirstOrDefault(kind => files.Is($"/proc/sys/user/{kind.Limit}", "0")) is { } kind
            ? new($"No {kind.Word} namespaces can be created: user.{kind.Limit} is 0.",
                $"sysctl -w user.{kind.Limit}=100000")
            : null;

    /// <summary>Gets the most likely reason for an observed refusal.</summary>
    /// <param name="files">The files of the host.</param>
    /// <param name="facts">The credentials of the application.</param>
    /// <param name="error">The error number.</param>
    /// <param name="call">The system call that failed; null if it is unknown.</param>
    internal static Obstacle Explain(HostFiles files, ProcessCredentials facts, int error, string? call = null)
    {
        if (Find(files, facts) is { } known)
        {
            return known;
        }

        string name = ErrnoText.Name(error);
        bool isFiltered = files.ReadStatus("Seccomp") == "2";
        if (error == Errno.ENOSYS)
        {
            return isFiltered
                ? new($"A system-call filter hides {call ?? "the call"} (ENOSYS), as the default profiles of container "
                    + "engines do.", ContainerFlags.AgainstFilter(files))
                : new($"The kernel has no {call ?? "such call"} (ENOSYS).",
                    $"Use a kernel of version {KernelVersion.OldestSupported} or newer.");
        }

        if (IsOrdinary(files, facts) && files.Is(AppArmor, "1"))
        {
            return new(
                $"AppArmor denies unprivileged users all rights in user namespaces ({name}): "
                    + $"kernel.apparmor_restrict_unprivileged_userns is 1.",
                "Give the application an AppArmor profile with the rule \"userns,\" (see apparmor.d(5)), or: sysctl -w "
                    + "kernel.apparmor_restrict_unprivileged_userns=0");
        }

        if (!facts.MayMount && files.ReadMounts() is { Count: > 0 } mounts && !mounts.Any(mount => mount.Point == "/"))
        {
            return new(
                $"A process in a chroot may not create user namespaces ({name}).",
                "Start the application with pivot_root, as container runtimes do, instead of chroot.");
        }

        if (isFiltered)
        {
            return new(
                $"A system-call filter refuses {call ?? "the call"} ({name}), as the default profiles of container "
                    + "engines do.", ContainerFlags.AgainstFilter(files));
        }

        if (files.ReadText("/proc/self/attr/current") is { Length: > 0 } label
            && !label.StartsWith("unconfined", StringComparison.Ordinal))
        {
            return new(
                $"The kernel refuses {call ?? "the call"} ({name}); a security module confines this process as "
                    + $"\"{label.TrimEnd('\0')}\".",
                "Allow user namespaces and mounts in that profile. "
                    + (label.Contains('(')
                        ? ContainerFlags.AgainstAppArmor(files)
                        : "In a container (Docker, Podman): --security-opt label=disable; (Kubernetes) seLinuxOptions "
                            + "of a type that allows both."));
        }

        return error switch
        {
            Errno.ENOSPC or Errno.EUSERS => new(
                "No more user namespaces can be created (ENOSPC): the limit user.max_user_namespaces is reached, or 32 "
                    + "are nested.",
                "Raise the limit: sysctl -w user.max_user_namespaces=100000"),
            Errno.EINVAL =>
                new("This kernel has no user namespaces (EINVAL).", "Use a kernel built with CONFIG_USER_NS."),
            _ => new(
                $"The kernel refuses the call ({name}: {ErrnoText.Text(error)}).",
                "Check for a security module that forbids it (dmesg, audit log), or run the application as root."),
        };
    }

    /// <summary>
    /// Returns whether the settings apply to this process. They exempt only root of the initial user namespace; root of
    /// a rootless container counts as unprivileged.
    /// </summary>
    private static bool IsOrdinary(HostFiles files, ProcessCredentials facts) =>
        !facts.MayMount || files.ReadText("/proc/self/uid_map")?.Split(
            ' ', StringSplitOptions.RemoveEmptyEntries) is not ["0", "0", "4294967295"];
}
