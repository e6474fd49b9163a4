using Isolation.Linux.Host;
using Isolation.Linux.Steps;
using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.Linux.Hints;

/// <summary>Provides the hints for the steps of a command up to the execution of its program.</summary>
internal static class CommandHints
{
    internal static Hint[] All { get; } =
    [
        new(TakeId, EINVAL,
            "The sandbox has no such id: add it to the id map (IdMap.Ranges, IdMap.Subordinate), or choose a "
            + "mapped one."),
        new(TakeGroups, EINVAL,
            "The sandbox has no such group: add it to the id map (IdMap.Ranges, IdMap.Subordinate), or choose "
            + "mapped ones."),
        new(TakeGroups, EPERM,
            "Supplementary groups are denied if an ordinary user maps only its own id: remove them, or use "
            + "IdMap.Subordinate."),
        new(Own, EINVAL,
            "The sandbox has no such id: add it to the id map (IdMap.Ranges, IdMap.Subordinate), or choose a "
            + "mapped one."),
        new(Own, EPERM, target =>
            $"The owner of {target} is not mapped in the sandbox, so the owner cannot be changed: map it "
            + "(IdMap.Ranges)."),
        new(Limit, EPERM,
            "A hard limit cannot be above the application's: choose a lower one, or raise the latter (ulimit -H, "
            + "Limit…= in a systemd unit)."),
        new(Nice, EACCES,
            "A nice value below the application's requires CAP_SYS_NICE on the host, or a higher RLIMIT_NICE."),
        new(Affinity, EINVAL, _ =>
            "None of the CPUs is available. The application can use "
            + $"{HostFiles.Current.ReadStatus("Cpus_allowed_list") ?? "others"}."),
        new(OutOfMemoryScore, EACCES, "A score below the application's requires CAP_SYS_RESOURCE on the host."),
        new(Keyring, EDQUOT,
            "The user's quota of keys is used up: raise kernel.keys.maxkeys and kernel.keys.maxbytes, keep fewer "
            + "sandboxes running, or make it optional (ProcessHardening.SessionKeyring)."),
        new(Keyring, ENOSYS,
            "The kernel was built without CONFIG_KEYS, so there are no keyrings: make it optional "
            + "(ProcessHardening.SessionKeyring)."),
        new(Keyring, EPERM,
            "A system-call filter of the application's container refuses keyctl(2): "
            + $"{ContainerFlags.Profile}, or make it optional (ProcessHardening.SessionKeyring)."),
        new(DenyWriteExecute, EINVAL,
            "This requires Linux 6.3: use a newer kernel, or make it optional (Requirement.Prefer)."),
        new(Speculation, EINVAL, "This architecture has no control of speculation: remove the setting."),
        new(Speculation, ENODEV,
            "The processor or the kernel does not know this fault, so there is nothing to switch off."),
        new(Speculation, ENXIO,
            "The kernel was started with one setting for all processes: spec_store_bypass_disable=prctl lets "
            + "processes choose."),
        new(Speculation, EPERM,
            "The kernel was started with one setting for all processes: spectre_v2_user=prctl and l1d_flush=on "
            + "let processes choose."),
        new(CoreScheduling, EINVAL,
            "This requires Linux 5.14 built with CONFIG_SCHED_CORE: use such a kernel, or make it optional "
            + "(Requirement.Prefer)."),
        new(CoreScheduling, ENODEV,
            "The processor has no hardware threads, or they are switched off, so nothing shares a core."),
        new(SetPrivileges, EPERM,
            "The application lacks these capabilities: create a user namespace as well, or run it with them and "
            + "CAP_SETPCAP."),
        new(SetPrivileges, EINVAL,
            "The kernel does not know one of the capabilities: remove it, or use a newer kernel."),
        new(EnterDirectory, ENOENT, target =>
            $"The sandbox contains no {target}: add it (a directory, a temporary directory or a bind), or choose "
            + "another one."),
        new(EnterDirectory, ENOTDIR, target =>
            $"{target}, or something on the way to it, is not a directory: choose another one."),
        new(EnterDirectory, EACCES, target =>
            $"The sandbox's user needs the x permission on {target} and on each directory above it; on directories "
            + "of the host the id it is mapped to counts."),

        new(MakeTerminal, ENOSPC,
            "All pseudo-terminals are in use: raise kernel.pty.max, or run fewer commands with a terminal."),
        new(MakeTerminal, ENOENT, "The terminal multiplexer does not exist: mount nothing over the sandbox's devices, "
            + "or, if the sandbox has none, mount a devpts on the host's /dev/pts."),
        new(MakeTerminal, ELOOP,
            "The terminal multiplexer lies behind a symbolic link into another mount: mount nothing over the "
            + "sandbox's devices."),
        new(MakeTerminal, ENOTTY, "The terminal multiplexer is not one: mount nothing over the sandbox's devices."),
        new(MakeTerminal, EPERM,
            "A device limit refuses the terminal multiplexer: allow DefaultDevices.PseudoTerminals "
            + "(SandboxLimits.Devices)."),

        new(LandlockPath, ENOENT, target =>
            $"The sandbox contains no {target}: add it, or skip the rule where it is missing (AllowIfPresent)."),
        new(LandlockPath, ENOTDIR, target =>
            $"The rule grants rights that only directories have, and {target} is not one."),
        new(LandlockPath, EACCES, target =>
            $"The sandbox's first user cannot reach {target}: each directory above it must grant it the x "
            + "permission."),
        new(StepKind.Landlock, E2BIG,
            "At most 16 Landlock policies can be stacked, and that many already restrict the application."),
        new(StepKind.Landlock, ENOSYS,
            "A system-call filter of the application's container hides Landlock: "
            + $"{ContainerFlags.Profile}."),
        new(StepKind.Landlock, EPERM,
            "A system-call filter of the application's container refuses Landlock: "
            + $"{ContainerFlags.Profile}."),
        new(LoadFilter, EINVAL,
            "The kernel was built without CONFIG_SECCOMP_FILTER: use another kernel, or SystemCallFilter.Off."),
        new(LoadFilter, ENOSYS,
            "A system-call filter of the application's container hides seccomp(2), or the kernel was built without "
            + $"CONFIG_SECCOMP: {ContainerFlags.Profile}, or use SystemCallFilter.Off."),
        new(LoadFilter, ENOMEM,
            "The filter and those of the application itself have more than 32,768 instructions together, or the "
            + "host's memory is exhausted."),
        new(LoadFilter, EACCES,
            "A filter requires that the command cannot gain privileges (no_new_privs) or that it has "
            + "CAP_SYS_ADMIN."),

        new(Execute, ENOENT, target =>
            $"Either the sandbox contains no {target}, or it lacks what runs it: the interpreter named in the "
            + "first line of a script (#!), which must not end with a carriage return, or the loader of a "
            + "dynamically linked program (in /lib or /lib64). Add the directories of the host that contain them."),
        new(Execute, EACCES, target =>
            $"{target} must be a file, the sandbox's user needs the x permission on it and on each directory above "
            + "it, and its mount must not have MountOptions.NoExecute; the same holds for a script's interpreter."),
        new(Execute, ENOEXEC, target =>
            $"{target} is neither a program for this processor nor a script that names its interpreter: add a "
            + "first line such as #!/bin/sh, or run the interpreter with the script as its argument."),
        new(Execute, ENOTDIR, target => $"Something on the way to {target} is not a directory."),
        new(Execute, ELOOP, target => $"A symbolic link at or above {target} leads in a circle."),
        new(Execute, ETXTBSY, target => $"{target} is still open for writing: close it first."),
        new(Execute, E2BIG,
            "The arguments and the environment are too long together: pass long input by standard input or in a "
            + "file."),
        new(Execute, EAGAIN, "The user has more processes than its limit (RLIMIT_NPROC)."),
        new(MemoryLimit, ENOMEM, target =>
            $"The memory limit of the sandbox (SandboxLimits.Memory, {target} bytes) was reached before the "
            + "program ran: raise it, or free memory in the sandbox. Files in temporary directories count as well."),
    ];
}
