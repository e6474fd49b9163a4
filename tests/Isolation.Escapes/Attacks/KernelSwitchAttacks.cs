using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Escapes.Attacks;

/// <summary>Class 12: settings of the whole kernel. They are opened, but neither read nor written.</summary>
internal static class KernelSwitchAttacks
{
    private static readonly string[] Writable =
    [
        "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger",
        "/sys/kernel/uevent_helper", "/sys/power/state", "/sys/kernel/mm/ksm/run", "/dev/kmsg",
    ];

    internal static IEnumerable<Attack> All() =>
        [.. Writable.Select(path => Open(path, Kernel.OWronly)), Open("/proc/kcore", Kernel.ORdonly), .. Calling()];

    private static CallAttack Open(string path, int flags) =>
        new(12, $"open {path} {(flags == Kernel.ORdonly ? "for reading" : "for writing")}", "open", scene =>
        {
            Payload payload = new();
            payload.Open("open", path, flags);
            return payload;
        }, "EACCES", "EROFS", "ENOENT", "EPERM")
        {
            VoidErrors =
            {
                ["EACCES"] = "root only",
                ["ENOENT"] = "this kernel has none",
            },
        };

    // The arguments make a call fail even for root, but after the kernel's permission check.
    private static IEnumerable<Attack> Calling()
    {
        yield return Call("load a module", "init_module", Calls.InitModule, "EFAULT", "ENOEXEC", 0, 0, 0);
        yield return Call("load another kernel", "kexec_load", Calls.KexecLoad, "EINVAL", "EINVAL", 0, 17, 0, -1);
        yield return Call("swap to a file", "swapon", Calls.Swapon, "EFAULT", "EFAULT", 0, 0);
        yield return Call("restart the machine", "reboot", Calls.Reboot, "EINVAL", "EINVAL", 0, 0, 0);
    }

    private static CallAttack Call(
        string title, string name, int number, string passed, string alsoPassed, params long[] arguments) =>
        new(12, title, name, scene =>
        {
            Payload payload = new();
            payload.Call(name, number, [.. arguments.Select(argument => (Value)argument)]);
            return payload;
        }, "EPERM", "ENOSYS", "SIGSYS")
        {
            VoidErrors = { ["EPERM"] = "root only", ["ENOSYS"] = "not supported by this kernel" },
            Judge = (scene, run) => run.Describe(name) is { } seen && (seen == passed || seen == alsoPassed)
                ? Finding.Succeeded($"{seen}: the kernel looked at the arguments")
                : Finding.Of(run, name, "EPERM", "ENOSYS", "SIGSYS"),
        };
}
