using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>Classes 3 and 4: mounts into a root with content of the attacker.</summary>
internal static class UntrustedRootAttacks
{
    private const string NoMounts = "this tier mounts nothing";
    private const int SwappedLaunches = 40;

    internal static IEnumerable<Attack> All() =>
    [
        .. ((string[])["dev", "proc", "etc", "tmp"]).Select(
            name => Link(3, $"replace /{name} with a link to the host", root =>
            Directory.CreateSymbolicLink(Path.Combine(root, name), Outside(root)), name)),
        Link(3, "replace /dev/null with a link to the host", root => LinkInDev(root, "null"), "dev"),
        Link(3, "replace /dev/console with a link to the host", root => LinkInDev(root, "console"), "dev"),
        new ScriptedAttack(
            3, "swap a directory for a link while mounting", SwapBareAsync, SwapInsideAsync),
        new ScriptedAttack(4, "replace procfs with the attacker's files", FakeProcBareAsync, FakeProcInsideAsync),
    ];

    private static ScriptedAttack Link(int number, string title, Action<string> fill, string directory) =>
        new(number, title,
        ground =>
        {
            string root = Make(ground, fill);
            Write(Path.Combine(root, directory, "console"));
            Write(Path.Combine(root, directory, "new"));
            return Task.FromResult(Finding.If(Reached(root), "a file of the host was made", "nothing was made"));
        },
        async (ground, tier) =>
        {
            if (!tier.HasMounts)
            {
                return Finding.Void(NoMounts);
            }

            string root = Make(ground, fill);
            string how = await LaunchAsync(ground, tier, root);
            return Finding.If(Reached(root), "a file of the host was made", how);
        });

    private static async Task<Finding> SwapBareAsync(Ground ground)
    {
        string root = Make(ground, static root => Directory.CreateDirectory(Path.Combine(root, "dev")));
        StartSwapping(ground, root);
        for (long begin = Stopwatch.GetTimestamp(); !Reached(root)
            && Stopwatch.GetElapsedTime(begin) < Ground.Patience;)
        {
            // Checks the path before its use, which leaves a race.
            string place = Path.Combine(root, "dev");
            if (new DirectoryInfo(place).LinkTarget is null)
            {
                Write(Path.Combine(place, "new"));
            }
        }

        await Task.CompletedTask;
        return Finding.If(Reached(root), "a file of the host was made", "nothing was made");
    }

    private static async Task<Finding> SwapInsideAsync(Ground ground, Tier tier)
    {
        if (!tier.HasMounts)
        {
            return Finding.Void(NoMounts);
        }

        string root = Make(ground, static root => Directory.CreateDirectory(Path.Combine(root, "dev")));
        StartSwapping(ground, root);
        HashSet<string> seen = [];
        for (int i = 0; i < SwappedLaunches && !Reached(root); i++)
        {
            seen.Add(await LaunchAsync(ground, tier, root));
        }

        return Finding.If(
            Reached(root), "a file of the host was made", string.Join(" or ", seen.Order(StringComparer.Ordinal)));
    }

    private static Task<Finding> FakeProcBareAsync(Ground ground)
    {
        string root = Make(ground, FakeProc);
        Write(Path.Combine(root, "proc/self/attr/exec"));
        string written = Path.Combine(root, "fake/attr/exec");
        return Task.FromResult(
            Finding.If(File.Exists(written), "a write to /proc went to the attacker's file", "nothing was written"));
    }

    private static async Task<Finding> FakeProcInsideAsync(Ground ground, Tier tier)
    {
        if (!tier.HasMounts)
        {
            return Finding.Void(NoMounts);
        }

        const long PROC_SUPER_MAGIC = 0x9FA0;
        string root = Make(ground, FakeProc);
        Payload payload = new();
        long buffer = payload.Room(128);
        payload.Call("statfs", Calls.Statfs, payload.Text("/proc/self/attr"), buffer);
        payload.Tell("type", buffer, 8);
        await using Cell cell = await ground.OpenAsync(tier, builder => On(builder, ground, root));
        PayloadRun run = await cell.RunAsync(payload);
        long type = run.Succeeded("statfs") ? BinaryPrimitives.ReadInt64LittleEndian(run.Bytes("type")) : 0;
        return type == PROC_SUPER_MAGIC
            ? Finding.Held("the mount is procfs")
            : Finding.Succeeded($"the mount is of type {type:x}: {run}");
    }

    private static void FakeProc(string root)
    {
        Directory.CreateDirectory(Path.Combine(root, "fake/attr"));
        Directory.CreateDirectory(Path.Combine(root, "proc"));
        Directory.CreateSymbolicLink(Path.Combine(root, "proc/self"), "../fake");
    }

    private static async Task<string> LaunchAsync(Ground ground, Tier tier, string root)
    {
        try
        {
            Payload payload = new();
            payload.Call("getpid", Calls.Getpid);
            await using Cell cell = await ground.OpenAsync(tier, builder => On(builder, ground, root));
            PayloadRun run = await cell.RunAsync(payload);
            return run.Succeeded("getpid") ? "found inside the root" : $"{run}";
        }
        catch (SandboxException refusal) when (refusal.ErrorName is not null)
        {
            return refusal.ErrorName;
        }
    }

    // Applies the tier to the attacker's directory, with mounts in it.
    private static SandboxBuilder On(SandboxBuilder builder, Ground ground, string root)
    {
        SandboxSpecification plain = builder.Build();
        ImmutableArray<MountEntry> entries =
        [
            new ProcMount(), new DeviceMount(), new TemporaryMount("/tmp"),
            new FileEntry("/etc/passwd", "root:x:0:0::/:/bin/sh"u8.ToArray()),
            new BindMount(ground.Programs, ground.Programs),
        ];
        return new SandboxBuilder(plain with
        {
            Root = new DirectoryRoot(root) { Access = MountAccess.ReadWrite },
            Mounts = entries,
        });
    }

    private static string Make(Ground ground, Action<string> fill)
    {
        string root = Directory.CreateDirectory(Path.Combine(ground.Shared, "root")).FullName;
        Directory.CreateDirectory(Outside(root));
        fill(root);
        Open(ground.Shared);
        foreach (string directory in (string[])["dev", "proc", "etc", "tmp", ground.Programs[1..]])
        {
            if (!Path.Exists(Path.Combine(root, directory))
                && new FileInfo(Path.Combine(root, directory)).LinkTarget is null
                && !directory.StartsWith("tmp/", StringComparison.Ordinal))
            {
                Directory.CreateDirectory(Path.Combine(root, directory));
            }
        }

        string users = Path.Combine(root, "etc/passwd");
        if (new DirectoryInfo(Path.Combine(root, "etc")).LinkTarget is null)
        {
            File.WriteAllText(users, "");
        }

        return root;
    }

    private static void Open(string directory)
    {
        const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
        File.SetUnixFileMode(directory, Everybody);
        foreach (string below in Directory.GetDirectories(directory))
        {
            if (new DirectoryInfo(below).LinkTarget is null)
            {
                Open(below);
            }
        }
    }

    private static void LinkInDev(string root, string name)
    {
        Directory.CreateDirectory(Path.Combine(root, "dev"));
        File.CreateSymbolicLink(Path.Combine(root, "dev", name), Path.Combine(Outside(root), name));
        if (name == "null")
        {
            File.CreateSymbolicLink(Path.Combine(root, "dev/new"), Path.Combine(Outside(root), "new"));
        }
    }

    private static string Outside(string root) => Path.Combine(Path.GetDirectoryName(root)!, "outside");

    private static bool Reached(string root) => Directory.EnumerateFileSystemEntries(Outside(root)).Any();

    private static void Write(string path)
    {
        try
        {
            File.WriteAllText(path, "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The path was a link at that moment, or did not exist.
        }
    }

    private static void StartSwapping(Ground ground, string root)
    {
        const int RENAME_EXCHANGE = 2;
        File.CreateSymbolicLink(Path.Combine(root, "other"), Outside(root));
        Payload payload = new();
        payload.Repeat(int.MaxValue, () => payload.Quiet(
            Calls.Renameat2, Kernel.AtFdcwd, payload.Text(Path.Combine(root, "dev")), Kernel.AtFdcwd,
            payload.Text(Path.Combine(root, "other")), RENAME_EXCHANGE));
        ground.StartBare(payload);
    }
}
