using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>Classes 22 and 24: privileges from files, and inherited privileges.</summary>
internal static class PrivilegeAttacks
{
    private const int PR_CAPBSET_READ = 23;
    private const int PR_CAP_AMBIENT_IS_SET = 1;
    private const int PR_GET_NO_NEW_PRIVS = 39;
    private const string RootMakes = "only root can make such a file";
    private static readonly byte[] RootByName = "sandbox:x:0:0:root:/:/bin/sh\n1000:x:0:0:root:/:/bin/sh\n"u8.ToArray();
    private static readonly string Nobody = string.Create(
        CultureInfo.InvariantCulture, $"{Ground.NobodyElse}:{Ground.NobodyElse}");

    internal static IEnumerable<Attack> All()
    {
        yield return new ScriptedAttack(
            22, "become the owner of a set-user-ID program of the host", SetUserIdBareAsync, SetUserIdInsideAsync);
        yield return new ScriptedAttack(
            22, "become root inside with a set-user-ID program of the sandbox", OwnSetUserIdBareAsync,
            OwnSetUserIdInsideAsync);
        yield return new ScriptedAttack(
            22, "gain a capability from a file", FileCapabilityBareAsync, FileCapabilityInsideAsync);
        yield return new CallAttack(22, "gain privileges by executing a program", "prctl", static _ =>
        {
            Payload payload = new();
            payload.Call("prctl", Calls.Common.Prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
            return payload;
        })
        {
            Judge = static (_, run) => run.Result("prctl") switch
            {
                0 => Finding.Succeeded("no_new_privs is not set"),
                1 => Finding.Held("no_new_privs is set"),
                _ => Finding.Unclear($"{run}"),
            },
        };
        yield return new CallAttack(24, "inherit a capability in any of the five sets", "read", static _ => Status())
        {
            Judge = static (_, run) => JudgeSets(run, "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"),
            Open = static tier => tier.HasUsers || Environment.IsPrivilegedProcess
                ? null
                    : "emptying the bounding set requires CAP_SETPCAP; no_new_privs prevents gaining its capabilities",
        };
        yield return new ScriptedAttack(
            24, "become root with a user name in the root's own /etc/passwd", PasswordFileBareAsync,
            PasswordFileInsideAsync);
    }

    private static async Task<Finding> SetUserIdBareAsync(Ground ground)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return Finding.Void(RootMakes);
        }

        Payload payload = Geteuid();
        string program = SetUserId(ground, payload);
        return JudgeUser(await ground.RunBareAsync(payload, "setpriv", Ground.AsUser(Ground.NobodyElse, program)));
    }

    private static async Task<Finding> SetUserIdInsideAsync(Ground ground, Tier tier)
    {
        Payload payload = Geteuid();
        string program = SetUserId(ground, payload);
        if (!tier.HasUsers)
        {
            return Environment.IsPrivilegedProcess
                ? await BecomeAnotherAsync(ground, tier, payload, program)
                : Finding.Void(RootMakes);
        }

        return await RunAsOrdinaryAsync(ground, tier, payload, program);
    }

    // If the payload is already the host's root, the program belongs to another user.
    private static async Task<Finding> BecomeAnotherAsync(Ground ground, Tier tier, Payload payload, string program)
    {
        GiveTo(program, Ground.NobodyElse);
        File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.SetUser);
        await using Cell cell = await ground.OpenAsync(tier);
        PayloadRun run = Cell.Read(
            payload, await cell.Sandbox.RunAsync(new SandboxCommand(program) { WallTime = Ground.Patience }));
        return run.Result("geteuid") == Ground.NobodyElse
            ? Finding.Succeeded("it runs as the owner")
            : Finding.Held($"it runs as {run.Describe("geteuid")}");
    }

    private static unsafe void GiveTo(string path, uint user)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(path + "\0"))
        {
            Kernel.Invoke(Calls.Common.Fchownat, Kernel.AtFdcwd, (long)text, user, user, 0);
        }
    }

    private static Task<Finding> OwnSetUserIdBareAsync(Ground ground) =>
        RunInDirectoryAsync(ground, Nobody, static (_, payload) =>
        File.SetUnixFileMode(payload, File.GetUnixFileMode(payload) | UnixFileMode.SetUser));

    private static Task<Finding> PasswordFileBareAsync(Ground ground) =>
        RunInDirectoryAsync(ground, "1000", static (root, _) =>
    {
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        File.WriteAllBytes(Path.Combine(root, "etc/passwd"), RootByName);
    });

    /// <summary>Runs a payload like chroot(1), which looks up the user name inside the new root.</summary>
    private static async Task<Finding> RunInDirectoryAsync(Ground ground, string user, Action<string, string> prepare)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return Finding.Void("only root can change the root and the user");
        }

        string root = Directory.CreateDirectory(ground.At("root")).FullName;
        Payload payload = Geteuid();
        string program = ground.Install(payload.Image(), Path.Combine(root, "payload"));
        prepare(root, program);
        return JudgeUser(
            await ground.RunBareAsync(payload, "chroot", $"--userspec={user}", "--groups=", root, "/payload"));
    }

    private static async Task<Finding> OwnSetUserIdInsideAsync(Ground ground, Tier tier)
    {
        if (!tier.HasMounts)
        {
            return Finding.Void("this tier has no files of its own");
        }

        Payload payload = Geteuid();
        const UnixFileMode Mode = UnixFileMode.SetUser | (UnixFileMode)0b111_101_101;
        byte[] image = payload.Image();
        return await RunAsOrdinaryAsync(ground, tier, payload, "/set-user-id", builder =>
            builder.AddToRoot(root => root.File("/set-user-id", image, file => file with { Mode = Mode })));
    }

    private static async Task<Finding> RunAsOrdinaryAsync(
        Ground ground, Tier tier, Payload payload, string program, Func<SandboxBuilder, SandboxBuilder>? change = null)
    {
        const uint Ordinary = 1000;
        await using Cell cell = await ground.OpenAsync(tier, builder =>
        {
            builder = change?.Invoke(builder) ?? builder;
            return tier.HasUsers ? builder.WithUser(Ordinary, Ordinary) : builder;
        });
        return JudgeUser(
            Cell.Read(
                payload, await cell.Sandbox.RunAsync(new SandboxCommand(program) { WallTime = Ground.Patience })));
    }

    private static string SetUserId(Ground ground, Payload payload)
    {
        string program = ground.Install(payload.Image());
        File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.SetUser);
        return program;
    }

    private static Payload Geteuid()
    {
        Payload payload = new();
        payload.Call("geteuid", Calls.Common.Geteuid);
        return payload;
    }

    private static Finding JudgeUser(PayloadRun run) => run.Result("geteuid") switch
    {
        0 => Finding.Succeeded("it runs as root"),
        > 0 and { } user => Finding.Held(string.Create(CultureInfo.InvariantCulture, $"it runs as {user}")),
        _ => Finding.Unclear($"{run}"),
    };

    private static async Task<Finding> FileCapabilityBareAsync(Ground ground)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return Finding.Void(RootMakes);
        }

        Payload payload = Status();
        return GiveCapability(ground, payload, out string program) is { } refusal
            ? Finding.Void($"{refusal}: the file system has no capabilities")
            : JudgeSets(
                await ground.RunBareAsync(payload, "setpriv", Ground.AsUser(Ground.NobodyElse, program)),
                "CapEff", "CapPrm");
    }

    private static async Task<Finding> FileCapabilityInsideAsync(Ground ground, Tier tier)
    {
        Payload payload = Status();
        if (GiveCapability(ground, payload, out string program) is { } refusal)
        {
            return Finding.Void($"{refusal}: {RootMakes}");
        }

        await using Cell cell = await ground.OpenAsync(tier);
        try
        {
            return JudgeSets(
                Cell.Read(
                    payload, await cell.Sandbox.RunAsync(new SandboxCommand(program) { WallTime = Ground.Patience })),
                "CapEff", "CapPrm");
        }
        catch (SandboxException exception) when (exception.ErrorName == "EPERM")
        {
            // The kernel does not execute a file with capabilities outside the bounding set.
            return Finding.Held("EPERM");
        }
    }

    private static unsafe string? GiveCapability(Ground ground, Payload payload, out string program)
    {
        program = ground.Install(payload.Image());

        // vfs_cap_data: revision 2 with the effective flag, then the permitted and inheritable sets in two halves.
        byte[] value = new byte[20];
        BinaryPrimitives.WriteUInt32LittleEndian(value, 0x02000001);
        BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(4), 1u << Kernel.CapSysAdmin);
        fixed (byte* path = Encoding.UTF8.GetBytes(program + "\0"), name = "security.capability\0"u8, content = value)
        {
            long result = Kernel.Invoke(Calls.Setxattr, (long)path, (long)name, (long)content, value.Length, 0);
            return result < 0 ? ErrnoText.Name((int)-result) : null;
        }
    }

    private static async Task<Finding> PasswordFileInsideAsync(Ground ground, Tier tier)
    {
        if (!tier.HasMounts)
        {
            return Finding.Void("this tier has no files of its own");
        }

        FileEntry names = new("/etc/passwd", RootByName);
        await using Cell cell = await ground.OpenAsync(tier, builder =>
        {
            SandboxSpecification plain = builder.WithUser(1000, 1000).Build();
            return new SandboxBuilder(
                plain with { Mounts = [.. plain.Mounts.Where(entry => entry.Target != names.Target), names] });
        });
        return JudgeUser(await cell.RunAsync(Geteuid()));
    }

    private static Payload Status()
    {
        Payload payload = new();
        payload.ReadFile("read", "/proc/self/status");

        // If procfs is not readable, a system call queries one capability in each set.
        long sets = payload.Words(0, 0, 0);
        payload.Quiet(Calls.Capget, payload.Words(Kernel.CapabilityVersion3), sets);
        payload.Tell("sets", sets, 24);
        payload.Call("bounding", Calls.Common.Prctl, PR_CAPBSET_READ, Kernel.CapSysAdmin, 0, 0, 0);
        payload.Call(
            "ambient", Calls.Common.Prctl, Kernel.PrCapAmbient, PR_CAP_AMBIENT_IS_SET, Kernel.CapSysAdmin, 0, 0);
        return payload;
    }

    private static Finding JudgeSets(PayloadRun run, params string[] sets)
    {
        if (run.Bytes("read").IsEmpty)
        {
            bool has = run.Bytes("sets").IndexOfAnyExcept((byte)0) >= 0 || run.Result("ambient") > 0;
            return run.Bytes("sets").IsEmpty ? Finding.Unclear($"{run}")
                : has ? Finding.Succeeded("not empty")
                : run.Result("bounding") > 0 && sets.Contains("CapBnd") ? Finding.Succeeded("not empty: CapBnd")
                : Finding.Held("all sets are empty");
        }

        string[] lines = [.. run.Text("read").Split('\n').Where(
            line => sets.Any(set => line.StartsWith(set + ":", StringComparison.Ordinal)))];
        string[] filled = [.. lines.Where(line => line.Split(':')[1].Trim().Trim('0').Length > 0)
            .Select(line => line.Split(':')[0])];
        return lines.Length != sets.Length ? Finding.Unclear($"{run}")
            : Finding.If(filled.Length > 0, $"not empty: {string.Join(", ", filled)}", "all sets are empty");
    }
}
