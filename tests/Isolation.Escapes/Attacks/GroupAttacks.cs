using System.Diagnostics;
using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>Classes 11 and 14: cgroups, and the groups of the host's user.</summary>
internal static class GroupAttacks
{
    private const string ForeignGroup = "64902";
    private const long CLONE_NEWNS = 0x20000;
    private const long CLONE_NEWCGROUP = 0x02000000;
    private const long CLONE_NEWUSER = 0x10000000;

    internal static IEnumerable<Attack> All()
    {
        foreach (string file in (string[])["release_agent", "cgroup.procs"])
        {
            yield return new CallAttack(11, $"open {file} of the host for writing", "open", _ =>
            {
                Payload payload = new();
                payload.Open("open", FindInHierarchies(file), Kernel.OWronly);
                return payload;
            }, "ENOENT", "ENOTDIR", "EACCES", "EROFS", "EPERM")
            {
                VoidErrors = { ["EACCES"] = "root only", ["ENOENT"] = "the host has none",
                    ["EROFS"] = "the host has it read-only" },
            };
        }

        // The attacker mounts a cgroup file system of its own. Without a sandbox, it does so in new namespaces, which
        // leave the mounts of the host unchanged.
        yield return Mount("mount a cgroup file system", nested: false);
        yield return Mount("mount a cgroup file system in a nested user namespace", nested: true);
        yield return new ScriptedAttack(
            14, "use the supplementary groups of the host user", GroupsBareAsync, GroupsInsideAsync)
        {
            Open = static _ => Environment.IsPrivilegedProcess
                ? null
                : "an ordinary user with one id cannot drop groups",
        };
        yield return new CallAttack(14, "add a supplementary group", "setgroups", static _ =>
        {
            Payload payload = new();
            payload.Call("setgroups", Calls.Common.Setgroups, 1, payload.Words(0));
            return payload;
        }, "EPERM", "ENOSYS", "SIGSYS")
        {
            VoidErrors = { ["EPERM"] = "root only" },
        };
    }

    private static async Task<Finding> GroupsBareAsync(Ground ground)
    {
        Payload payload = Groups();
        string program = ground.Install(payload.Image());
        return JudgeGroups(Environment.IsPrivilegedProcess
            ? await ground.RunBareAsync(payload, "setpriv", "--groups", ForeignGroup, program)
            : await ground.RunBareAsync(payload, program));
    }

    // As root, the application is started with supplementary groups.
    private static async Task<Finding> GroupsInsideAsync(Ground ground, Tier tier)
    {
        Payload payload = Groups();
        string program = ground.Install(payload.Image());
        if (!Environment.IsPrivilegedProcess)
        {
            await using Cell cell = await ground.OpenAsync(tier);
            return JudgeGroups(Cell.Read(payload, await cell.Sandbox.RunAsync(new SandboxCommand(program))));
        }

        ProcessStartInfo host = HostedSandbox.Start(tier, ground.Programs, program);
        return JudgeGroups(
            await ground.RunBareAsync(
                payload, "setpriv", ["--groups", ForeignGroup, host.FileName, .. host.ArgumentList]));
    }

    private static Payload Groups()
    {
        Payload payload = new();
        payload.Call("getgroups", Calls.Getgroups, 0, 0);
        return payload;
    }

    private static Finding JudgeGroups(PayloadRun run) => run.Result("getgroups") switch
    {
        > 0 and { } count => Finding.Succeeded($"{count} groups"),
        0 => Finding.Held("no groups"),
        _ => Finding.Unclear($"{run}"),
    };

    private static CallAttack Mount(string title, bool nested) =>
        new(11, title, "mount", scene =>
        {
            Payload payload = new();
            if (nested || scene.IsBare)
            {
                payload.Quiet(
                    Calls.Common.Unshare, CLONE_NEWNS | CLONE_NEWCGROUP | (nested
                        || !Environment.IsPrivilegedProcess ? CLONE_NEWUSER : 0));
                payload.Quiet(Calls.Common.Mount, 0, payload.Text("/"), 0, Kernel.MsRec | Kernel.MsPrivate, 0);
            }

            payload.Call(
                "mount", Calls.Common.Mount, payload.Text("none"), payload.Text("/tmp"), payload.Text("cgroup2"), 0, 0);
            return payload;
        }, "EPERM", "ENOSYS", "SIGSYS", "EACCES")
        {
            VoidErrors = { ["EPERM"] = "not allowed on this host", ["EBUSY"] = "the host has none of version 2" },
        };

    // Returns the first path of such a file on the host, or an impossible path if there is none.
    private static string FindInHierarchies(string file) =>
        File.ReadLines("/proc/self/mountinfo")
            .Select(line => line.Split(' '))
            .Where(fields => fields[(Array.IndexOf(fields, "-") + 1)..][0] is "cgroup" or "cgroup2")
            .Select(fields => Path.Combine(fields[4], file))
            .FirstOrDefault(File.Exists) ?? "/sys/fs/cgroup/" + file;
}
