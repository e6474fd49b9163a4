using Isolation.Linux.Host;
using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.Linux.Hints;

/// <summary>ErrorHints for control groups and their devices.</summary>
internal static class CgroupHints
{
    internal static Hint[] All { get; } =
    [
        new(MakeGroup, EACCES, GroupAccess),
        new(MakeGroup, EPERM, GroupAccess),
        new(MakeGroup, EROFS, GroupAccess),
        new(MakeGroup, EAGAIN,
            "The parent group contains as many groups as it can: raise its cgroup.max.descendants or "
            + "cgroup.max.depth, or keep fewer sandboxes running."),
        new(MakeGroup, EBUSY,
            "The parent group contains processes, so it cannot hand controllers on: move the host into a group of "
            + "its own below it."),
        new(MakeGroup, ENOENT, ParentGone),
        new(MakeGroup, ENODEV, ParentGone),
        new(MakeGroup, ENOMEM,
            "A group counts towards the memory limit of the group above it, and that limit is reached: raise "
            + "SandboxLimits.Memory or the limit of the parent group."),
        new(MakeGroup, ENOSPC, "The kernel's number of groups is used up: keep fewer sandboxes running."),
        new(SetGroupLimit, ENOENT,
            "The kernel does not have that file: it is too old, or was built or started without it (swapaccount=1 "
            + "for swap, an I/O scheduler with weights, that size of huge pages)."),
        new(SetGroupLimit, ENODEV, "There is no such block device. Limits apply to whole devices, not to partitions."),
        new(SetGroupLimit, EINVAL,
            "The kernel does not accept that value: CPUs and memory nodes must be among the parent group's, and a "
            + "CPU limit cannot be above the parent's."),
        new(SetGroupLimit, ERANGE,
            "The kernel does not accept that value: CPUs and memory nodes must be among the parent group's."),
        new(SetGroupLimit, EACCES,
            "The CPUs or memory nodes are not among the parent group's, or the host cannot write the file."),
        new(SetGroupLimit, EBUSY,
            "The group uses more memory than that and cannot give it back: choose a higher limit."),
        new(SetGroupLimit, ENOTSUP, "The device's I/O scheduler has no weights (bfq has)."),
        new(JoinGroup, EACCES, GroupMove),
        new(JoinGroup, EPERM, GroupMove),
        new(JoinGroup, EINVAL,
            "A host with a real-time policy (chrt) cannot put processes into a v1 group with a CPU limit: start "
            + "it with an ordinary policy."),
        new(JoinGroup, ENODEV, GroupGone),
        new(JoinGroup, ENOENT, GroupGone),
        new(JoinGroup, EAGAIN,
            "The group contains as many processes as it can (SandboxLimits.Processes), or they are made faster "
            + "than they can be moved."),
        new(WatchGroup, ENOTSUP, "Pressure figures are switched off: boot the host with psi=1."),
        new(WatchGroup, ENOENT,
            "The kernel does not have that file: it is too old, or was built without it (CONFIG_PSI for pressure)."),
        new(WatchGroup, EINVAL, "A host without CAP_SYS_RESOURCE can use windows of 2, 4, 6, 8 or 10 s only."),
        new(WatchGroup, EPERM, "Before Linux 6.6 watching pressure requires CAP_SYS_RESOURCE."),

        new(FindDevice, ENOENT, target =>
            $"{target} does not exist on the host: load the driver that makes it, or leave the device out."),
        new(FindDevice, ENOTDIR, target => $"Something on the way to {target} is not a directory."),
        new(FindDevice, ENODEV, target => $"{target} is not a device: name the file of a character or block device."),
        new(FindDevice, EACCES, target =>
            $"User {ProcessCredentials.Current.UserId} of the host cannot reach {target}: each directory above it must "
            + "grant that user the x permission. DevicesByNumber needs no path."),
        new(DenyDevices, EPERM, DeviceRights),
        new(DenyDevices, EACCES, DeviceRights),
        new(AllowDevices, EPERM,
            "The parent group refuses that device, or a part of what the rule covers (see its devices.list): "
            + "leave it out, or name another group (SandboxLimits.ParentGroup)."),
        new(LoadDeviceProgram, EPERM, ProgramRights),
        new(LoadDeviceProgram, EACCES, ProgramRights),
        new(LoadDeviceProgram, EINVAL, ProgramKernel),
        new(LoadDeviceProgram, ENOSYS, ProgramKernel),
        new(LoadDeviceProgram, E2BIG,
            "The kernel cannot hold so many rules: name whole ranges, with a number left open."),
        new(AttachDeviceProgram, EPERM,
            "A group above has a device program that tolerates no other (attached without BPF_F_ALLOW_MULTI), or "
            + "the host has lost CAP_NET_ADMIN: name another group (SandboxLimits.ParentGroup)."),
        new(AttachDeviceProgram, E2BIG,
            "The group has as many device programs as it can have: name another group (SandboxLimits.ParentGroup)."),
    ];

    private const string GroupAccess =
        "The host must be root or have a delegated group (Delegate=yes in its systemd unit): name one it can "
        + "write to with SandboxLimits.ParentGroup.";
    private const string ParentGone = "The parent group no longer exists; something else removes groups on this host.";
    private const string GroupGone = "The group no longer exists; something else removes groups on this host.";
    private const string GroupMove =
        "The host cannot put that user's processes into the group: run it as root, or use cgroup v2 with a "
        + "delegated group.";
    private const string DeviceRights =
        "Device limits on cgroup v1 require CAP_SYS_ADMIN in the first user namespace: run the host as root, or "
        + "make them optional (Requirement.Prefer).";
    private const string ProgramRights =
        "Device limits on cgroup v2 require bpf(2) with CAP_BPF and CAP_NET_ADMIN in the first user namespace, "
        + "and a container's filter that allows the call: run the host as root, or make them optional "
        + "(Requirement.Prefer).";

    private const string ProgramKernel =
        "Device limits on cgroup v2 require a kernel built with CONFIG_BPF_SYSCALL and CONFIG_CGROUP_BPF.";
}
