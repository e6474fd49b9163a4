using System.Text;
using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>Classes 5 and 6: layers of an untrusted image, and mounts below a read-only bind mount.</summary>
internal static class LayerAttacks
{
    internal static IEnumerable<Attack> All()
    {
        yield return new ScriptedAttack(
            5, "write through a hard link in a layer", HardLinkBareAsync,
            (ground, tier) => InLayersAsync(ground, tier, hardLink: true));
        yield return new ScriptedAttack(
            5, "make the host write through a link in a layer", LinkBareAsync,
            (ground, tier) => InLayersAsync(ground, tier, hardLink: false));
        yield return new ScriptedAttack(
            6, "write to a mount below a read-only bind", NestedBareAsync, NestedInsideAsync);
    }

    private static async Task<Finding> HardLinkBareAsync(Ground ground)
    {
        string layer = MakeLayer(ground);
        Payload payload = new();
        payload.Open("open", Path.Combine(layer, "hard/secret"), Kernel.OWronly | Kernel.OTrunc);
        PayloadRun run = await ground.RunBareAsync(payload);
        return Finding.If(new FileInfo(ground.SecretFile).Length == 0, "the file of the host was emptied", $"{run}");
    }

    private static Task<Finding> LinkBareAsync(Ground ground)
    {
        string layer = MakeLayer(ground);
        File.WriteAllText(Path.Combine(layer, "soft/passwd"), "");
        return Task.FromResult(
            Finding.If(
                File.Exists(Path.Combine(ground.Shared, "outside/passwd")), "a file of the host was made",
                "nothing was made"));
    }

    private static async Task<Finding> InLayersAsync(Ground ground, Tier tier, bool hardLink)
    {
        if (!tier.HasMounts)
        {
            return Finding.Void("this tier mounts nothing");
        }

        string layer = MakeLayer(ground);
        string how;
        try
        {
            await using Cell cell = await ground.OpenAsync(tier, builder => new SandboxBuilder(builder.Build() with
            {
                Root = new OverlayRoot([layer]),
                Mounts =
                [
                    new ProcMount(), new DeviceMount(), new TemporaryMount("/tmp"),
                    new BindMount(ground.Programs, ground.Programs),
                    .. hardLink ? (MountEntry[])[] : [new FileEntry("/soft/passwd", "given"u8.ToArray())],
                ],
            }));
            Payload payload = new();
            payload.Open("open", "/hard/secret", Kernel.OWronly | Kernel.OTrunc);
            PayloadRun run = await cell.RunAsync(payload);
            how = run.Succeeded("open") ? "written to the upper layer" : run.Describe("open");
        }
        catch (SandboxException refusal) when (refusal.ErrorName is not null)
        {
            how = refusal.ErrorName;
        }

        bool reached = Directory.EnumerateFileSystemEntries(Path.Combine(ground.Shared, "outside")).Any();
        return Finding.If(
            reached || File.ReadAllText(ground.SecretFile) != Ground.Secret, "a file of the host was written", how);
    }

    private static string MakeLayer(Ground ground)
    {
        string layer = Path.Combine(ground.Shared, "layer");
        Directory.CreateDirectory(Path.Combine(ground.Shared, "outside"));
        foreach (string directory in (string[])["hard", "proc", "dev", "tmp"])
        {
            Directory.CreateDirectory(Path.Combine(layer, directory));
        }

        Directory.CreateSymbolicLink(Path.Combine(layer, "soft"), Path.Combine(ground.Shared, "outside"));
        HardLink(ground.SecretFile, Path.Combine(layer, "hard/secret"));
        return layer;
    }

    private static unsafe void HardLink(string existing, string made)
    {
        fixed (byte* from = Encoding.UTF8.GetBytes(existing + "\0"), to = Encoding.UTF8.GetBytes(made + "\0"))
        {
            Kernel.Invoke(Calls.Linkat, Kernel.AtFdcwd, (long)from, Kernel.AtFdcwd, (long)to, 0);
        }
    }

    private static async Task<Finding> NestedBareAsync(Ground ground)
    {
        if (!File.ReadLines("/proc/self/mountinfo").Any(line => line.Split(' ')[4] == "/dev/shm"))
        {
            return Finding.Void("the host has no mount at /dev/shm");
        }

        string path = "/dev/shm/" + ground.Canaries.AbstractName;
        PayloadRun run = await ground.RunBareAsync(Create(path));
        File.Delete(path);
        return Finding.Of(run, "open");
    }

    private static async Task<Finding> NestedInsideAsync(Ground ground, Tier tier)
    {
        if (!tier.HasMounts)
        {
            return Finding.Void("this tier mounts nothing");
        }

        string name = ground.Canaries.AbstractName;
        await using Cell cell = await ground.OpenAsync(
            tier, static builder => builder.AddToRoot(static root => root.Bind("/dev", "/host-dev")));
        Finding finding = Finding.Of(await cell.RunAsync(Create($"/host-dev/shm/{name}")), "open", "EROFS");
        return File.Exists("/dev/shm/" + name) ? Finding.Succeeded("a file of the host was made") : finding;
    }

    private static Payload Create(string path)
    {
        Payload payload = new();
        payload.Open("open", path, Kernel.OWronly | Kernel.OCreat);
        return payload;
    }
}
