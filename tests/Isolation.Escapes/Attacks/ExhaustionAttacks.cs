using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>Class 23: exhaustion of the host's memory, files and descriptors.</summary>
internal static class ExhaustionAttacks
{
    private const long TooMuch = 80L << 20;
    private const long MemoryLimit = 32L << 20;
    private const int PageOfOutput = 64 << 10;
    private static readonly TimeSpan MostForRefusals = TimeSpan.FromMilliseconds(500);
    private static readonly string[] RefusedCalls = ["mount", "bpf", "ptrace", "swapon"];

    internal static IEnumerable<Attack> All()
    {
        yield return Fill("/tmp", "ENOSPC", "EBADF");
        yield return Fill("/dev/shm", "ENOSPC", "EBADF");
        yield return new CallAttack(
            23, "create directories endlessly in /tmp", "mkdir", static scene => Nest(scene), "ENOSPC",
            "EDQUOT", "EACCES")
        {
            // A directory uses a kilobyte of kernel memory that does not count toward the size of the file system.
            Change = static (tier, builder) => tier.HasMounts
                ? builder.AddToRoot(
                    static root => root.Temporary("/tmp/own", static directory => directory with { Inodes = 1000 }))
                : builder,
        };
        yield return new ScriptedAttack(23, "write to standard output endlessly", OutputBareAsync, OutputInsideAsync);
        yield return new ScriptedAttack(
            23, "fill memory with a memory file", MemoryFileBareAsync, MemoryFileInsideAsync);
        yield return new ScriptedAttack(
            23, "keep the host busy with refused calls", FloodOfQuestionsAsync, FloodOfRefusalsAsync);
        yield return new CallAttack(23, "raise a resource limit", "prlimit64", static _ =>
        {
            Payload payload = new();
            payload.Call(
                "prlimit64", Calls.Common.Prlimit64, 0, (long)LimitedResource.RealTimePriority,
                payload.Words(50, 50), 0);
            return payload;
        }, "EPERM", "ENOSYS", "SIGSYS")
        {
            VoidErrors = { ["EPERM"] = "requires CAP_SYS_RESOURCE" },
        };
    }

    private static CallAttack Fill(string directory, params string[] refusals) =>
        new(23, $"fill {directory}", "fallocate", scene =>
        {
            string path = $"{directory}/{scene.Ground.Canaries.AbstractName}-fill";
            Payload payload = new();
            long file = payload.Open("open", path, Kernel.OCreat | Kernel.ORdwr);
            payload.Quiet(Calls.Common.Unlinkat, Kernel.AtFdcwd, payload.Text(path), 0);
            payload.Call("fallocate", Calls.Fallocate, Payload.At(file), 0, 0, TooMuch);
            return payload;
        }, refusals)
        {
            VoidErrors = { ["ENOSPC"] = "the host itself has no more", ["EBADF"] = "the host has no such directory" },
        };

    private static Payload Nest(Scene scene)
    {
        string path = scene.IsBare ? scene.Ground.Shared : "/tmp/own";
        Payload payload = new();
        payload.Quiet(Calls.Common.Chdir, payload.Text(path));
        long name = payload.Text("d");
        payload.Repeat(1200, () =>
        {
            payload.Quiet(Calls.Common.Mkdirat, Kernel.AtFdcwd, name, 0x1FF);
            payload.Quiet(Calls.Common.Chdir, name);
        });
        payload.Call("mkdir", Calls.Common.Mkdirat, Kernel.AtFdcwd, name, 0x1FF);
        return payload;
    }

    private static Payload Flood()
    {
        Payload payload = new();
        long page = payload.Room(PageOfOutput);
        payload.Repeat(100, () => payload.Quiet(Calls.Common.Write, 2, page, PageOfOutput));
        payload.Call("written", Calls.Common.Write, 2, page, PageOfOutput);
        return payload;
    }

    private static async Task<Finding> OutputBareAsync(Ground ground)
    {
        string program = ground.Install(Flood().Image());
        Payload names = Flood();
        PayloadRun run = await ground.RunBareAsync(names, "sh", "-c", $"exec {program} 2>/dev/null");
        return Finding.Of(run, "written");
    }

    private static async Task<Finding> OutputInsideAsync(Ground ground, Tier tier)
    {
        await using Cell cell = await ground.OpenAsync(tier);
        PayloadRun run = await cell.RunAsync(
            Flood(), static command => command with { StandardError = OutputTarget.Capture(1 << 20) });
        return run.Ending == nameof(SandboxOutcome.OutputExceeded)
            ? Finding.Held(run.Ending)
            : Finding.Unclear($"{run}");
    }

    // Without the defence, the application decides on each call.
    private static Task<Finding> FloodOfQuestionsAsync(Ground ground)
    {
        SystemCallFilter asks = new() { Rules = [new([.. RefusedCalls], SystemCallAction.Notify)] };
        return FloodAsync(ground, Tiers.Unprivileged, command => command with
        {
            SystemCalls = asks,
            SystemCallSupervision = new SystemCallSupervision
            {
                Handler = static (_, _) => new(SystemCallDecision.Deny()),
            },
        });
    }

    // The application does no work for refused calls, and the kernel does not log them.
    private static Task<Finding> FloodOfRefusalsAsync(Ground ground, Tier tier) =>
        FloodAsync(ground, tier, static command => command);

    private static async Task<Finding> FloodAsync(Ground ground, Tier tier, Func<SandboxCommand, SandboxCommand> change)
    {
        const int Rounds = 8_000;
        Payload payload = new();
        long nowhere = payload.Text("/");
        await using Cell cell = await ground.OpenAsync(tier);
        payload.Repeat(Rounds, () =>
        {
            payload.Quiet(Calls.Common.Mount, nowhere, nowhere, nowhere, 0, 0);
            payload.Quiet(Calls.Common.Bpf, 0, nowhere, 8);
            payload.Quiet(Calls.Ptrace, 16, cell.InitProcess, 0, 0);
            payload.Quiet(Calls.Swapon, nowhere, 0);
        });
        payload.Call("mount", Calls.Common.Mount, nowhere, nowhere, nowhere, 0, 0);
        using KernelLog log = new();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        PayloadRun run = await cell.RunAsync(payload, change);
        TimeSpan spent = Environment.CpuUsage.TotalTime - before;
        int lines = log.CountNew();
        return run.Describe("mount") is not ("EPERM" or "ENOSYS" or "EACCES") ? Finding.Unclear($"{run}")
            : Finding.If(spent > MostForRefusals
                || lines > 20, "the host is kept busy", "no load on the host's CPU or log");
    }

    private static Payload MemoryFile()
    {
        Payload payload = new();
        long file = payload.Call("memfd_create", Calls.Common.MemfdCreate, payload.Text("x"), 0);
        payload.Call("fallocate", Calls.Fallocate, Payload.At(file), 0, 0, TooMuch);
        return payload;
    }

    private static async Task<Finding> MemoryFileBareAsync(Ground ground) =>
        Finding.Of(await ground.RunBareAsync(MemoryFile()), "fallocate");

    private static async Task<Finding> MemoryFileInsideAsync(Ground ground, Tier tier)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return Finding.Void("memory limits require root or a delegated cgroup");
        }

        await using Cell cell = await ground.OpenAsync(
            tier, static builder => builder.WithLimits(static limits => limits.Memory(MemoryLimit)));
        PayloadRun run = await cell.RunAsync(MemoryFile());
        return run.Describe("memfd_create") is "EPERM" or "ENOSYS"
            ? Finding.Held(run.Describe("memfd_create"))
            : Finding.Of(run, "fallocate", nameof(SandboxOutcome.MemoryExceeded), "ENOMEM");
    }
}
