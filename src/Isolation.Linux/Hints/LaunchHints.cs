using Isolation.Linux.Host;
using Isolation.Linux.Steps;
using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.Linux.Hints;

/// <summary>Provides the hints for creating processes, namespaces and id maps.</summary>
internal static class LaunchHints
{
    internal static Hint[] All { get; } =
    [
        new(Clone, EAGAIN,
            "A limit on processes is reached: RLIMIT_NPROC of the user, pids.max of the application's cgroup, or "
            + "kernel.pid_max."),
        new(Clone, ENOMEM, "Memory is exhausted, or the first process of the PID namespace to join has ended."),
        Namespace(EPERM),
        Namespace(EACCES),
        Namespace(ENOSYS),
        Namespace(ENOSPC),
        Namespace(EUSERS),
        Namespace(EINVAL),
        new(CloneCommand, EAGAIN,
            "A limit on processes is reached: RLIMIT_NPROC of the host user whom the sandbox's first user is "
            + "mapped to, pids.max of the application's cgroup, or kernel.pid_max."),
        new(OpenNamespace, ENOENT, target =>
            $"{target} does not exist: its process has ended, or nothing keeps the namespace (a bind mount does)."),
        new(OpenNamespace, EACCES,
            target => $"User {ProcessCredentials.Current.UserId} of the host cannot open {target}: "
            + "the namespaces of a process are open to its own user and to CAP_SYS_PTRACE."),
        new(Join, EPERM,
            "Joining requires CAP_SYS_ADMIN in the user namespace that owns it: join that user namespace as well, "
            + "or run the application as root."),
        new(Join, EINVAL, target =>
            $"{target} is not a namespace of that kind, or it is the application's own user namespace."),
        new(StepKind.IdMap, EPERM,
            "An ordinary user can map only its own id. To map more, run the application as root or use "
            + "IdMap.Subordinate. Root in a container can map only ids listed in /proc/self/uid_map, and host id 0 "
            + "requires CAP_SETFCAP: run the application as an ordinary user (Docker, Podman: --user 1000; Kubernetes: "
            + "runAsUser: 1000), or add SETFCAP."),
        new(StepKind.IdMap, EACCES, target =>
            $"The application cannot write {target}, for example because Landlock restricts it: allow "
            + "writing to /proc, or use a sandbox without namespaces."),
        new(StepKind.IdMap, EINVAL,
            "The ranges must not overlap, and the application must have every id in them (see /proc/self/uid_map)."),
        new(ClockOffsets, ERANGE,
            "A clock cannot go below zero or beyond 146 years: an offset can take back at most the time since the "
            + "host started."),
        new(ClockOffsets, EPERM,
            "Clock offsets require CAP_SYS_TIME over the new time namespace: create a user namespace as well, or "
            + "run the application as root."),
        new(EnterRoot, ENOENT, target =>
            $"{target} does not exist on the host: create it, or name another root directory."),
        new(EnterRoot, ENOTDIR, target =>
            $"{target} is not a directory, or something on the way to it is not: name a directory of the host."),
        new(EnterRoot, EACCES, target =>
            $"The host user whom the sandbox's first user is mapped to needs the x permission on {target} and on "
            + "each directory above it."),
        new(EnterRoot, EPERM,
            "A ChrootRoot requires CAP_SYS_CHROOT: create a user namespace as well, or run the application as root."),
    ];

    /// <summary>
    /// The kernel reports many switches by the same few errors. ENOSPC stands for the limits of all kinds of
    /// namespaces.
    /// </summary>
    private static Hint Namespace(int error) => new(Clone, error, _ =>
    {
        Obstacle obstacle = UserNamespaceSwitches.FindLimit(HostFiles.Current, error)
            ?? UserNamespaceSwitches.Explain(HostFiles.Current, ProcessCredentials.Current, error, "clone");
        return obstacle.Remedy is null ? obstacle.Reason : $"{obstacle.Reason} {obstacle.Remedy}";
    });
}
