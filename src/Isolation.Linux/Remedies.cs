using Isolation.Linux.Hosting;
using Isolation.Linux.Interop;
using Isolation.Linux.Probing;
using Isolation.Linux.Programs;
using Isolation.Linux.Setup;

namespace Isolation.Linux;

/// <summary>What to do about a step that failed, where it is known.</summary>
internal static class Remedies
{
    internal static string? Find(StepKind kind, string? target, int error) =>
        kind switch
        {
            StepKind.Clone => Clone(error),
            StepKind.Join => Join(error),
            StepKind.IdMap => IdMap(error),
            StepKind.ClockOffsets => ClockOffsets(error),
            StepKind.TakeId or StepKind.TakeGroups or StepKind.Own => Identity(kind, error),
            StepKind.OpenOfHost => OpenOfHost(target, error),
            StepKind.OpenStream => OpenStream(target, error),
            StepKind.FindInside => FindInside(target, error),
            StepKind.EnterFolder => EnterFolder(target, error),
            StepKind.FindLayer => FindLayer(target, error),
            StepKind.MakeProc or StepKind.MakeSys or StepKind.MakeOverlay => FileSystem(kind, error),
            StepKind.WriteMemory when error is Errno.ENOSPC or Errno.ENOMEM => "Give the root or the temporary folder more room (Size, Inodes), or write less into it.",
            StepKind.MapOwners => MapOwners(error),
            StepKind.Limit or StepKind.Nice or StepKind.Affinity => Scheduling(kind, error),
            StepKind.FindDevice => FindDevice(target, error),
            StepKind.DenyDevices or StepKind.AllowDevices or StepKind.LoadDeviceProgram or StepKind.AttachDeviceProgram => Devices(kind, error),
            StepKind.MakeGroup or StepKind.SetGroupLimit or StepKind.JoinGroup or StepKind.WatchGroup => ControlGroup(kind, error),
            StepKind.Keyring or StepKind.DenyWriteExecute or StepKind.Speculation or StepKind.CoreScheduling or StepKind.OutOfMemoryScore or StepKind.Privileges => Hardening(kind, error),
            StepKind.Landlock or StepKind.LandlockPath => Landlock(kind, target, error),
            StepKind.LoadFilter => LoadFilter(error),
            StepKind.MakeTerminal => MakeTerminal(target, error),
            StepKind.Execute => Execute(target, error),
            _ => null,
        }
        ?? Any(error);

    /// <summary>What is true of an error whatever it was that failed.</summary>
    private static string? Any(int error) => error switch
    {
        Errno.EMFILE => "The host has too many files open: raise its limit (ulimit -n, LimitNOFILE= in systemd), or keep fewer sandboxes up at once.",
        Errno.ENFILE => "The whole system has too many files open: raise fs.file-max.",
        Errno.ENOMEM => "Memory is short on the host, or the limit of its cgroup is reached.",
        Errno.EOVERFLOW => "The user who makes it has no id in the user namespace of that file system: map it (IdMap.Ranges).",
        _ => null,
    };

    private static string? Hardening(StepKind kind, int error) => (kind, error) switch
    {
        (StepKind.Keyring, Errno.EDQUOT) => "The user has as many keys as it may: raise kernel.keys.maxkeys and kernel.keys.maxbytes, keep fewer sandboxes up at once, or prefer it (ProcessHardening.SessionKeyring).",
        (StepKind.Keyring, Errno.ENOSYS) => "The kernel was built without CONFIG_KEYS; no keyring is in reach then.",
        (StepKind.Keyring, Errno.EPERM) => "A system-call filter of the host's container refuses keyctl(2): allow it there, or prefer it (ProcessHardening.SessionKeyring).",
        (StepKind.DenyWriteExecute, Errno.EINVAL) => "Needs Linux 6.3.",
        (StepKind.Speculation, Errno.ENODEV or Errno.ENXIO or Errno.EINVAL or Errno.EPERM) =>
            "The processor does not have the fault, or the kernel was started with one setting for all (spec_store_bypass_disable=, spectre_v2_user=, l1d_flush=); \"prctl\" or \"seccomp\", for l1d_flush \"on\", lets processes choose.",
        (StepKind.CoreScheduling, Errno.EINVAL) => "Needs Linux 5.14 built with CONFIG_SCHED_CORE.",
        (StepKind.CoreScheduling, Errno.ENODEV) => "The processor has no hardware threads, or they are switched off: nothing shares a core then.",
        (StepKind.OutOfMemoryScore, Errno.EACCES) => "Less than the host's own score needs CAP_SYS_RESOURCE.",
        (StepKind.Privileges, Errno.EPERM) => "Ask for a new user namespace, or run the host with these capabilities and CAP_SETPCAP.",
        (StepKind.Privileges, Errno.EINVAL) => "This kernel does not know one of the capabilities.",
        _ => null,
    };

    private static string? MakeTerminal(string? target, int error) => error switch
    {
        Errno.ENOSPC => "All pseudo-terminals of the host are in use: raise kernel.pty.max, or keep fewer commands with a terminal up at once.",
        Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP => $"There is no {target}: nothing may lie over the devices of the sandbox, or, where it has none of its own, the host needs a devpts on /dev/pts.",
        Errno.ENODEV or Errno.ENXIO or Errno.ENOTTY => $"{target} makes no terminals: nothing may lie over the devices of the sandbox, and the kernel needs CONFIG_UNIX98_PTYS.",
        Errno.EACCES or Errno.EPERM => $"Something refuses {target}: a limit of devices (SandboxLimits.Devices) has to allow DefaultDevices.PseudoTerminals.",
        _ => null,
    };

    private static string? Clone(int error)
    {
        switch (error)
        {
            case Errno.EAGAIN:
                return "A limit on processes is reached: RLIMIT_NPROC of the user, pids.max of the cgroup, or kernel.pid_max.";
            case Errno.ENOMEM:
                return "Memory is short, or the first process of the PID namespace to be joined has ended.";
            case Errno.EPERM or Errno.EACCES or Errno.ENOSYS or Errno.ENOSPC or Errno.EUSERS or Errno.EINVAL:
                // ENOSPC is all that the kernel says of the limits of all kinds of namespaces.
                Obstacle obstacle = UserNamespaceSwitches.FindLimit(HostFiles.Current, error)
                    ?? UserNamespaceSwitches.Explain(HostFiles.Current, HostFacts.Current, error);
                return obstacle.Remedy is null ? obstacle.Reason : $"{obstacle.Reason} {obstacle.Remedy}";
            default:
                return null;
        }
    }

    private static string? Join(int error) => error switch
    {
        Errno.EPERM => "Joining needs CAP_SYS_ADMIN in the user namespace that owns it: join that user namespace as well, or run the host as root.",
        Errno.EINVAL => "The file is no namespace of that kind, or this process is in that user namespace already.",
        _ => null,
    };

    private static string? IdMap(int error) => error switch
    {
        Errno.EPERM => "An ordinary user may map no other id than its own. For more, run the host as root, or use IdMap.Subordinate. Root in a container may map ids of /proc/self/uid_map only, and host id 0 needs CAP_SETFCAP.",
        Errno.EACCES => "Something keeps this process from writing to /proc, such as Landlock where it is in a sandbox itself: let it write there, or take a sandbox without namespaces.",
        Errno.EINVAL => "Ranges must not overlap, and the host must have every id that they name (see /proc/self/uid_map).",
        _ => null,
    };

    private static string? ClockOffsets(int error) => error switch
    {
        Errno.ERANGE => "A clock must not go below zero or beyond 146 years: an offset can take back at most the time since the host started.",
        Errno.EPERM or Errno.EACCES => "Offsets can be set in a new time namespace only, with a new user namespace or as root.",
        _ => null,
    };

    private static string? Identity(StepKind kind, int error) => (kind, error) switch
    {
        (_, Errno.EINVAL) => "The sandbox has no such id: add it to the id map (IdMap.Ranges, IdMap.Subordinate), or choose one that is mapped.",
        (StepKind.TakeGroups, Errno.EPERM) => "Supplementary groups are denied where an ordinary user maps only its own id: leave them out, or use IdMap.Subordinate.",
        (StepKind.Own, Errno.EPERM) => "The sandbox's init may give away only files whose owner is mapped.",
        _ => null,
    };

    private static string? OpenOfHost(string? target, int error) => error switch
    {
        Errno.ENOENT or Errno.ENOTDIR => $"The host has no {target}. Make it, or let the entry be left out where it is missing (Requirement.Prefer).",
        Errno.EACCES => $"User {HostFacts.Current.UserId} of the host may not reach {target}: each folder above it must have the x permission for that user.",
        Errno.EINVAL => $"Mounts below {target} cannot be left out, since an ordinary user would see what they cover: bind it with BindScope.Recursive. A mount may also be unbindable.",
        Errno.EPERM => "Copying a mount needs a new user namespace and a new mount namespace, or root.",
        _ => null,
    };

    private static string? OpenStream(string? target, int error) => error switch
    {
        Errno.ELOOP => $"There is a symbolic link at or above {target}, which a program that may write there can have left. Name the path that it leads to.",
        Errno.ENXIO => $"{target} is a pipe that nobody reads, or a socket.",
        Errno.ENOENT or Errno.ENOTDIR => $"The host has no {target}. Make it, or the folder that it is to be made in.",
        _ => OpenOfHost(target, error),
    };

    private static string? FindInside(string? target, int error) => error switch
    {
        Errno.ENOENT => $"In a root that is a folder of the host nothing is made: make {target} in that folder first, or lay an OverlayRoot over it.",
        Errno.ENOTDIR => $"A folder is mounted on a folder and a file on a file; something on the way to {target} is not what it must be.",
        Errno.ELOOP => $"There is a symbolic link at or above {target} that leads in a circle or into /proc.",
        Errno.EACCES => $"The sandbox's first user may not reach {target}: each folder above it must have the x permission for the mapped user.",
        _ => null,
    };

    private static string? FindLayer(string? target, int error) => error switch
    {
        Errno.ENOENT => $"The host has no {target}: make it, or leave the layer out.",
        Errno.ENOTDIR => $"A layer is a folder; {target} is none, or something on the way to it is not.",
        Errno.EACCES => $"User {HostFacts.Current.UserId} of the host, or the id that the sandbox's first user is mapped to, may not reach {target}: each folder above it must have the x permission for that user.",
        _ => null,
    };

    private static string? EnterFolder(string? target, int error) => error switch
    {
        Errno.ENOENT or Errno.ENOTDIR => $"There is no folder {target} in the sandbox: add it (a folder, a temporary folder or a bind), or choose another one.",
        Errno.EACCES => $"The sandbox's user needs the x permission on {target} and each folder above it; on folders of the host it counts as the id that it is mapped to.",
        _ => null,
    };

    private static string? FileSystem(StepKind kind, int error)
    {
        switch (kind, error)
        {
            case (StepKind.MakeProc, Errno.EPERM):
                Obstacle covers = MountProbe.ExplainCovers(HostFiles.Current);
                return $"{covers.Reason} {covers.Remedy} From Linux 7.2 on, ProcContent.ProcessesOnly works nevertheless.";
            case (StepKind.MakeSys, Errno.EPERM):
                return "sysfs shows a network namespace: it takes a new one, and a /sys that nothing covers on the host. Else bind the host's /sys read-only.";
            case (StepKind.MakeOverlay, Errno.EINVAL):
                return "Each layer must be a folder, and none may lie in another. The upper and the work folder must be two folders of one mount that can be written to and that overlayfs accepts (no overlay, NFS or FAT)." + (OwnerMapping.HasKernelForLayers ? "" : " Before Linux 5.19 no layer's owners can be mapped: ask for MountOwnership.Host.") + " The kernel's log names the reason (dmesg).";
            case (StepKind.MakeOverlay, Errno.EACCES or Errno.EPERM or Errno.EOVERFLOW or Errno.EROFS):
                return "The upper and the work folder must be folders that can be written to: by root where root lays the layers, else by the host id that the sandbox's first user is mapped to.";
            case (StepKind.MakeOverlay, Errno.EBUSY):
                return "The upper or the work folder is in use by another overlay.";
            case (StepKind.MakeOverlay, Errno.ENOENT):
                return "A layer, the upper or the work folder does not exist.";
            case (StepKind.MakeOverlay, Errno.ENODEV):
                return "modprobe overlay, or use a kernel that is built with CONFIG_OVERLAY_FS.";
            default:
                return null;
        }
    }

    private static string? MapOwners(int error) => error switch
    {
        Errno.EINVAL => "The file system of that folder cannot map owners (ext4 and xfs can since 5.12, btrfs since 5.15, tmpfs since 6.3; overlayfs cannot). Use another one, or MountOwnership.Host.",
        Errno.EPERM => "Mapping owners needs CAP_SYS_ADMIN on the host: run it as root, or ask for MountOwnership.Host.",
        _ => null,
    };

    private static string? Scheduling(StepKind kind, int error) => (kind, error) switch
    {
        (StepKind.Limit, Errno.EPERM) => "A hard limit above the host's own cannot be had: ask for less, or raise the host's (ulimit -H, Limit…= in systemd).",
        (StepKind.Limit, Errno.EINVAL) => "The soft limit must not be above the hard limit.",
        (StepKind.Nice, Errno.EACCES or Errno.EPERM) => "A nice value below the host's own needs CAP_SYS_NICE on the host, or its RLIMIT_NICE.",
        (StepKind.Affinity, Errno.EINVAL) => $"None of the processors can be used. The host may use {HostFiles.Current.ReadStatus("Cpus_allowed_list") ?? "others"}.",
        _ => null,
    };

    private static string? ControlGroup(StepKind kind, int error) => (kind, error) switch
    {
        (StepKind.MakeGroup, Errno.EACCES or Errno.EPERM or Errno.EROFS) => "The host must be root or have a delegated group (Delegate=yes in its unit); name one that it may write to with SandboxLimits.ParentGroup.",
        (StepKind.MakeGroup, Errno.EAGAIN) => "The parent group has as many groups below it as it may: raise its cgroup.max.descendants or cgroup.max.depth, or keep fewer sandboxes up at once.",
        (StepKind.MakeGroup, Errno.EBUSY) => "The parent group has processes in it, and so cannot hand controllers on: put the host into a group of its own below it.",
        (StepKind.MakeGroup, Errno.ENOENT or Errno.ENODEV) => "The parent group is gone; something else removes groups on this host.",
        (StepKind.MakeGroup, Errno.ENOMEM or Errno.ENOSPC) => "The kernel has no room for further groups: keep fewer sandboxes up at once.",
        (StepKind.SetGroupLimit, Errno.ENOENT) => "This kernel does not have that file: it is too old, or was built or started without it (swapaccount=1 for swap, an I/O scheduler with weights, that size of huge pages).",
        (StepKind.SetGroupLimit, Errno.ENODEV) => "There is no such block device; a partition cannot be limited, only the whole device.",
        (StepKind.SetGroupLimit, Errno.EINVAL or Errno.ERANGE) => "The kernel does not take that value here: CPUs and memory nodes must be among the parent group's, and a CPU limit must not be above the parent's.",
        (StepKind.SetGroupLimit, Errno.EACCES) => "The CPUs or memory nodes are not among the parent group's, or the file may not be written.",
        (StepKind.SetGroupLimit, Errno.ENOTSUP) => "The I/O scheduler of the device does not know it (bfq does).",
        (StepKind.JoinGroup, Errno.EACCES or Errno.EPERM) => "The host may not put that user's processes into the group: run it as root, or use v2 with a delegated group.",
        (StepKind.JoinGroup, Errno.EINVAL) => "A host with a real-time policy (chrt) cannot put processes into a group of v1 with a limit of CPU time: start it with an ordinary one.",
        (StepKind.JoinGroup, Errno.ENODEV or Errno.ENOENT) => "The group is gone; something else removes groups on this host.",
        (StepKind.JoinGroup, Errno.EAGAIN) => "The group has as many processes as it may, or they are made faster than they can be moved.",
        (StepKind.WatchGroup, Errno.ENOTSUP) => "Pressure figures are switched off: boot the host with psi=1.",
        (StepKind.WatchGroup, Errno.ENOENT) => "This kernel does not have that file: it is too old, or was built without it (CONFIG_PSI for pressure).",
        (StepKind.WatchGroup, Errno.EINVAL) => "A host without CAP_SYS_RESOURCE may use windows of 2, 4, 6, 8 or 10 s only.",
        (StepKind.WatchGroup, Errno.EPERM) => "Before Linux 6.6 only a host with CAP_SYS_RESOURCE is told of pressure.",
        _ => null,
    };

    private static string? FindDevice(string? target, int error) => error switch
    {
        Errno.ENOENT or Errno.ENOTDIR => $"The host has no {target}: load the driver that makes it, or leave the device out.",
        Errno.ENODEV => $"{target} is no device: name the file of a character or block device.",
        Errno.EACCES => $"User {HostFacts.Current.UserId} of the host may not reach {target}: each folder above it must have the x permission for that user. DevicesByNumber needs no path.",
        _ => null,
    };

    private static string? Devices(StepKind kind, int error) => (kind, error) switch
    {
        (StepKind.DenyDevices, Errno.EPERM or Errno.EACCES) => "Limits of devices on v1 need CAP_SYS_ADMIN in the first user namespace: run the host as root, or let them be left out (Requirement.Prefer).",
        (StepKind.AllowDevices, Errno.EPERM) => "The parent group refuses that device, or a part of what the rule covers (see its devices.list): leave it out, or name another group (SandboxLimits.ParentGroup).",
        (StepKind.LoadDeviceProgram, Errno.EPERM or Errno.EACCES) => "Limits of devices on v2 need bpf(2), which takes CAP_BPF and CAP_NET_ADMIN in the first user namespace and a container's system-call filter that lets it pass: run the host as root, or let them be left out (Requirement.Prefer).",
        (StepKind.LoadDeviceProgram, Errno.EINVAL or Errno.ENOSYS) => "Limits of devices on v2 need a kernel that is built with CONFIG_BPF_SYSCALL and CONFIG_CGROUP_BPF.",
        (StepKind.LoadDeviceProgram, Errno.E2BIG) => "There are too many rules for this kernel: name whole ranges with a number left open.",
        (StepKind.AttachDeviceProgram, Errno.EPERM) => "A group above has a device program that tolerates no other (it was attached without BPF_F_ALLOW_MULTI), or the host has lost CAP_NET_ADMIN: name another group (SandboxLimits.ParentGroup).",
        (StepKind.AttachDeviceProgram, Errno.E2BIG) => "The group has as many device programs as it may.",
        _ => null,
    };

    private static string? Landlock(StepKind kind, string? target, int error) => (kind, error) switch
    {
        (StepKind.LandlockPath, Errno.ENOENT) => $"There is no {target} in the sandbox: add it, or let the rule be passed over where it is missing (AllowIfPresent).",
        (StepKind.LandlockPath, Errno.ENOTDIR) => $"The rule gives rights that only folders have, and {target} is none.",
        (StepKind.LandlockPath, Errno.EACCES) => $"The sandbox's first user may not reach {target}: each folder above it must have the x permission for that user.",
        (_, Errno.E2BIG) => "At most 16 Landlock policies can lie on each other: the host has been restricted that often already, or the ruleset has too many rules.",
        (_, Errno.ENOSYS or Errno.ENOTSUP or Errno.EPERM) => "In a container, its system-call filter must let the three calls landlock_* pass.",
        _ => null,
    };

    private static string? LoadFilter(int error) => error switch
    {
        Errno.EINVAL or Errno.ENOSYS => "It takes a kernel that is built with CONFIG_SECCOMP_FILTER, and a container whose own filter lets seccomp pass; without either there is only SystemCallFilter.Off.",
        Errno.ENOMEM => "The filter and those of the host that it comes on top of are too long together: 32768 instructions.",
        Errno.EACCES => "The command must not be able to gain privileges (no_new_privs).",
        _ => null,
    };

    private static string? Execute(string? target, int error) => error switch
    {
        Errno.ENOENT => $"Either {target} is not in the sandbox, or what runs it is not: the interpreter that a script names in its first line (#!), or the loader of a dynamic program (in /lib or /lib64). Add the folders of the host that have them.",
        Errno.EACCES => $"The sandbox's user needs the x permission on {target} and each folder above it, and its mount must not have MountOptions.NoExecute; the same holds for a script's interpreter.",
        Errno.ENOEXEC => $"{target} is no program for this machine: it is built for another processor, or a script without a first line such as #!/bin/sh.",
        Errno.ENOTDIR => $"Something on the way to {target} is not a folder.",
        Errno.ETXTBSY => $"Something still has {target} open for writing.",
        Errno.E2BIG => "Arguments and environment are too long together: hand long input over by standard input or a file.",
        Errno.EAGAIN => "The user has more processes than its limit (RLIMIT_NPROC).",
        _ => null,
    };
}
