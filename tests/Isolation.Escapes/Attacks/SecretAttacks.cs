using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Attacks;

/// <summary>Classes 25 and 26: information about the host and about neighbouring processes.</summary>
internal static class SecretAttacks
{
    private const long CLONE_NEWNS = 0x20000;
    private const long CLONE_NEWUSER = 0x10000000;
    private const long MS_BIND = 0x1000;
    private const int PR_GET_SPECULATION_CTRL = 52;
    private const int PR_SCHED_CORE = 62;

    private const int MountParts = 8;

    internal static IEnumerable<Attack> All()
    {
        yield return See("the host's environment", "/proc/self/environ", Ground.SecretVariable);
        yield return new CallAttack(25, "read paths of the host in the list of mounts", "read", static scene =>
        {
            Payload payload = new();
            if (scene.IsBare)
            {
                // As an application does that binds a directory.
                payload.Quiet(Calls.Common.Unshare, CLONE_NEWUSER | CLONE_NEWNS);
                payload.Quiet(
                    Calls.Common.Mount, payload.Text(scene.Ground.Programs), payload.Text("/tmp"), 0, MS_BIND, 0);
            }

            payload.ReadLongFile("read", "/proc/self/mountinfo", MountParts);
            return payload;
        })
        {
            Judge = static (scene, run) => JudgeSight(
                string.Concat(Enumerable.Range(0, MountParts).Select(part => run.Text(Payload.Part("read", part)))),
                "/proc/self/mountinfo", scene.Ground.Canaries.AbstractName),
            Open = static tier => !tier.HasMounts
                ? null
                : "the kernel shows the path of a bind's source in its file system",
        };
        yield return new CallAttack(25, "read the name of the host", "uname", static _ =>
        {
            const int Size = 6 * 65;
            Payload payload = new();
            long names = payload.Room(Size);
            payload.Call("uname", Calls.Uname, names);
            payload.Tell("read", names, Size);
            return payload;
        })
        {
            Judge = static (_, run) => JudgeSight(run, "uname", Environment.MachineName),
            Open = static tier => tier.HasNames ? null : "this tier has no UTS namespace of its own",
        };
        yield return See("the host's cgroups", "/proc/self/cgroup", HostGroups());
        foreach (string identity in (string[])["cmdline", "sys/kernel/random/boot_id", "partitions", "diskstats"])
        {
            yield return Identify(identity);
        }

        foreach (string state in (string[])["stat", "loadavg", "uptime", "meminfo"])
        {
            yield return Identify(
                state, "programs use it for sizing; only the judge's /proc hides it");
        }

        yield return new CallAttack(25, "read the kernel's log", "syslog", static _ =>
        {
            const int SYSLOG_ACTION_SIZE_BUFFER = 10;
            Payload payload = new();
            payload.Call("syslog", Calls.Syslog, SYSLOG_ACTION_SIZE_BUFFER, 0, 0);
            return payload;
        }, "EPERM", "ENOSYS", "SIGSYS")
        {
            VoidErrors = { ["EPERM"] = "root only (kernel.dmesg_restrict)" },
        };
        yield return new CallAttack(26, "share a core with another sandbox", "prctl", static _ =>
        {
            Payload payload = new();
            long cookie = payload.Room(8);
            payload.Call("prctl", Calls.Common.Prctl, PR_SCHED_CORE, 0, 0, 0, cookie);
            payload.Tell("cookie", cookie, 8);
            return payload;
        })
        {
            VoidErrors = { ["EINVAL"] = "this kernel has no core scheduling",
                ["ENODEV"] = "this processor has one thread on each core" },
            Judge = static (_, run) => run.Describe("prctl") is "EINVAL" or "ENODEV"
                ? Finding.Void($"{run.Describe("prctl")}: no core scheduling")
                : Finding.If(
                    run.Bytes("cookie").IndexOfAnyExcept((byte)0) < 0, "it has no cookie",
                    "it has a cookie of its own"),
        };
        yield return new CallAttack(26, "speculate past stores", "prctl", static _ =>
        {
            Payload payload = new();
            payload.Call("prctl", Calls.Common.Prctl, PR_GET_SPECULATION_CTRL, 0, 0, 0, 0);
            return payload;
        })
        {
            Judge = static (_, run) => run.Result("prctl") switch
            {
                null or < 0 => Finding.Void($"{run.Describe("prctl")}: this kernel has no such control"),
                0 => Finding.Void("0: the processor is not affected"),
                { } state when (state & 1) == 0 => Finding.Void($"{state}: no per-process control"),
                { } state => Finding.If((state & 0b1100) == 0, "the processor speculates past stores", "switched off"),
            },
            Open = static _ => "disabled on request only, because it slows down every program",
        };
    }

    /// <summary>Reads a file about the machine or its state, which is identical in all sandboxes.</summary>
    private static CallAttack Identify(string file, string? need = null) =>
        new(25, $"read /proc/{file}", "read", _ =>
        {
            Payload payload = new();
            payload.ReadFile("read", $"/proc/{file}");
            return payload;
        })
        {
            Judge = (_, run) => Finding.If(
                run.Result("read") > 0, $"/proc/{file} can be read",
                run.Succeeded("open read") ? "empty" : run.Describe("open read")),
            Open = tier => tier.HasMounts && tier != Tiers.Judge ? need : null,
        };

    private static CallAttack See(string what, string path, string secret) =>
        new(25, $"read {what}", "read", _ =>
        {
            Payload payload = new();
            payload.ReadFile("read", path, 32 << 10);
            return payload;
        })
        {
            Judge = (_, run) => JudgeSight(run, path, secret),
        };

    private static Finding JudgeSight(PayloadRun run, string path, string secret) =>
        JudgeSight(run.Text("read"), path, secret);

    private static Finding JudgeSight(string text, string path, string secret) =>
        Finding.If(
            text.Contains(secret, StringComparison.Ordinal), $"{path} shows it",
            $"{path} does not show it");

    private static string HostGroups() =>
        File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':')[2])
            .FirstOrDefault(path => path != "/") ?? ":/";
}
