using Isolation.Linux.Host;
using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.Linux.Hints;

/// <summary>Provides the hints for cgroups and their devices.</summary>
internal static class CgroupHints
{
    internal static Hint[] All { get; } =
    [
        new(MakeGroup, EACCES, GroupAccess),
        new(MakeGroup, EPERM, GroupAccess),
        new(MakeGroup, EROFS, GroupAccess),
        new(MakeGroup, EAGAIN,
            "The parent cgroup contains as many cgroups as it can: raise its cgroup.max.descendants or "
            + "cgroup.max.depth, or keep fewer sandboxes running."),
        new(MakeGroup, EBUSY,
            "The parent cgroup contains processes, so it cannot enable controllers for its children: start the "
            + "application in its own child cgroup."),
        new(MakeGroup, ENOENT, ParentGone),
        new(MakeGroup, ENODEV, ParentGone),
        new(MakeGroup, ENOMEM,
            "A cgroup counts towards the memory limit of its parent, and that limit is reached: raise "
            + "SandboxLimits.Memory or the limit of the parent cgroup."),
        new(MakeGroup, ENOSPC, "The kernel's maximum number of cgroups is reached: keep fewer sandboxes running."),
        new(SetGroupLimit, ENOENT,
            "The kernel does not have that file: it is too old, or was built or started without it (swapaccount=1 "
            + "for swap, an I/O scheduler with weights, that size of huge pages)."),
        new(SetGroupLimit, ENODEV, "There is no such block device. Limits apply to whole devices, not to partitions."),
        new(SetGroupLimit, EINVAL,
            "The kernel does not accept that value: CPUs and memory nodes must be among the parent cgroup's, and a "
            + "CPU limit cannot be above the parent's."),
        new(SetGroupLimit, ERANGE,
            "The kernel does not accept that value: CPUs and memory nodes must be among the parent cgroup's."),
        new(SetGroupLimit, EACCES,
            "The CPUs or memory nodes are not among the parent cgroup's, or the application cannot write the file."),
        new(SetGroupLimit, EBUSY,
            "The cgroup uses more memory than that and cannot free it: choose a higher limit."),
        new(SetGroupLimit, ENOTSUP, "The device's I/O scheduler has no weights (bfq has)."),
        new(JoinGroup, EACCES, GroupMove),
        new(JoinGroup, EPERM, GroupMove),
        new(JoinGroup, EINVAL,
            "An application with a real-time policy (chrt) cannot move processes into a v1 cgroup with a CPU limit: "
            + "start it with an ordinary policy."),
        new(JoinGroup, ENODEV, GroupGone),
        new(JoinGroup, ENOENT, GroupGone),
        new(JoinGroup, EAGAIN,
            "The cgroup contains as many processes as it can (SandboxLimits.Processes), or processes are created "
            + "faster than they can be moved."),
        new(WatchGroup, ENOTSUP, "Pressure figures are disabled: boot the host with psi=1."),
        new(WatchGroup, ENOENT,
            "The kernel does not have that file: it is too old, or was built without it (CONFIG_PSI for pressure)."),
        new(WatchGroup, EINVAL, "Without CAP_SYS_RESOURCE only windows of 2, 4, 6, 8 or 10 s are allowed."),
        new(WatchGroup, EPERM, "Before Linux 6.6 watching pressure requires CAP_SYS_RESOURCE."),

        new(FindDevice, ENOENT, target =>
            $"{target} does not exist on the host: load its driver, or remove the device."),
        new(FindDevice, ENOTDIR, target => $"Something on the way to {target} is not a directory."),
        new(FindDevice, ENODEV, target => $"{target} is not a device: name the file of a character or block device."),
        new(FindDevice, EACCES, target =>
            $"User {ProcessCredentials.Current.UserId} of the host cannot reach {target}: each directory above it must "
            + "grant that user the x permission. DevicesByNumber needs no path."),
        new(DenyDevices, EPERM, DeviceRights),
        new(DenyDevices, EACCES, DeviceRights),
        new(AllowDevices, EPERM,
            "The parent cgroup refuses that device, or a part of what the rule covers (see its devices.list): "
            + "remove it, or specify another cgroup (SandboxLimits.ParentGroup)."),
        new(LoadDeviceProgram, EPERM, ProgramRights),
        new(LoadDeviceProgram, EACCES, ProgramRights),
        new(LoadDeviceProgram, EINVAL, ProgramKernel),
        new(LoadDeviceProgram, ENOSYS, ProgramKernel),
        new(LoadDeviceProgram, E2BIG,
            "The kernel cannot hold so many rules: use whole ranges, that is, null for a number."),
        new(AttachDeviceProgram, EPERM,
            "An ancestor has a device program that excludes others (attached without BPF_F_ALLOW_MULTI), or the "
            + "application has lost CAP_NET_ADMIN: specify another cgroup (SandboxLimits.ParentGroup)."),
        new(AttachDeviceProgram, E2BIG,
            "The cgroup has as many device programs as it can have: specify another one "
            + "(SandboxLimits.ParentGroup)."),
    ];

    private const string GroupAccess =
        "The application must be root or have a delegated cgroup (Delegate=yes in its systemd unit): specify a "
        + "writable one with SandboxLimits.ParentGroup.";
    private const string ParentGone =
        "The parent cgroup no longer exists; something else removes cgroups on this host.";
    private const string GroupGone = "The cgroup no longer exists; something else removes cgroups on this host.";
    private const string GroupMove =
        "The application cannot move that user's processes into the cgroup: run it as root, or use cgroup v2 "
        + "with a delegated cgroup.";
    private const string DeviceRights =
        "Device limits on cgroup v1 require CAP_SYS_ADMIN in the initial user namespace: run the application as "
        + "root, or make them optional (Requirement.Prefer).";
    private const string ProgramRights =
        "Device limits on cgroup v2 require bpf(2) with CAP_BPF and CAP_NET_ADMIN in the initial user namespace, "
        + "and a container's filter that allows the call: run the application as root, or make them optional "
        + "(Requirement.Prefer).";

    private const string ProgramKernel =
        "Device limits on cgroup v2 require a kernel built with CONFIG_BPF_SYSCALL and CONFIG_CGROUP_BPF.";
}
