using System.Collections.Immutable;
using Isolation.IntegrationTests.Landlock;
using Isolation.IntegrationTests.Support;
using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.IntegrationTests.Hints;

/// <summary>Situations in which a command cannot be started.</summary>
internal static class CommandCases
{
    private const uint Unmapped = 3_000_000;
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    private static readonly SandboxCommand Command = Guest.Shell("true");

    internal static IEnumerable<RemedyCase> All =>
    [
        Of(TakeId, EINVAL, "an unmapped user", "add it to the id map", Command with { User = new(Unmapped, Unmapped) }),
        Of(TakeGroups, EINVAL, "an unmapped group", "add it to the id map", Command with
        {
            User = Guest.Specification().User with { SupplementaryGroups = [Unmapped] },
        }) with { Needs = NeedManyIds },
        Of(TakeGroups, EPERM, "one mapped id", "IdMap.Subordinate", Command with
        {
            User = Guest.Specification().User with { SupplementaryGroups = [0] },
        }) with { Needs = NeedOneId },
        new(Own, EINVAL, "a file of an unmapped user", "add it to the id map",
            Guest.Specification(
                new FileEntry("/own", "x"u8.ToArray()) { Owner = EntryOwner.User }) with
            {
                User = new(Unmapped, Unmapped),
            }) { Needs = NeedManyIds },
        Of(Limit, EPERM, "above the host's", "A hard limit cannot be above", Command with
        {
            ResourceLimits = [new ResourceLimit(LimitedResource.OpenFiles, 1UL << 40)],
        }),
        Of(Nice, EACCES, "below the host's", "CAP_SYS_NICE", Command with { Nice = -20 }),
        Of(Affinity, EINVAL, "no such processor", "The application can use ", Command with { Affinity = [1000] }),
        new(OutOfMemoryScore, EACCES, "below the host's", "CAP_SYS_RESOURCE",
            Guest.Specification() with { Hardening = new() { OutOfMemoryScore = -1000 } }) { Needs = Requires.NotRoot },
        Of(EnterDirectory, ENOENT, "a missing directory", "The sandbox contains no /no/such",
            Command with { WorkingDirectory = "/no/such" }),
        Of(EnterDirectory, ENOTDIR, "a file", "/usr/bin/env, or something on the way",
            Command with { WorkingDirectory = "/usr/bin/env" }),
        Of(EnterDirectory, EACCES, "a closed directory", "x permission on /closed",
            Command with { WorkingDirectory = "/closed" }),

        new(MakeTerminal, ENOENT, "covered devices", "mount nothing over the sandbox's devices", async _ =>
        {
            await using ISandbox sandbox = await Guest.Specification(new TemporaryMount("/dev/pts")).CreateAsync();
            return await RemedyCase.CatchAsync(() => sandbox.StartAsync(Command with { Terminal = new() }));
        }),

        Landlocked(ENOENT, "a missing path", "AllowIfPresent", "/no/such/path", LandlockFileAccess.ReadFile),
        Landlocked(
            ENOTDIR, "rights of directories on a file", "only directories have", "/usr/bin/env",
            LandlockFileAccess.ReadDirectory),

        Of(Execute, ENOENT, "a missing program", "the sandbox contains no /no/such/program", new("/no/such/program")),
        Of(Execute, ENOENT, "a missing interpreter", "the interpreter named in the first line",
            new("/script-of-nothing")),
        Of(Execute, ENOENT, "a carriage return after the interpreter", "carriage return", new("/script-of-dos")),
        Of(Execute, EACCES, "a directory", "must be a file", new("/usr")),
        Of(Execute, EACCES, "no x permission", "x permission", new("/not-executable")),
        Of(Execute, ENOEXEC, "a script without an interpreter", "add a first line such as #!/bin/sh", new("/script")),
        Of(Execute, ENOEXEC, "an empty file", "neither a program", new("/empty")),
        Of(Execute, ENOEXEC, "a script without an interpreter in the PATH", "add a first line such as #!/bin/sh",
            new SandboxCommand("script")
        {
            Environment = ImmutableDictionary<string, string>.Empty.Add("PATH", "/"),
        }),
        Of(Execute, ENOTDIR, "below a file", "on the way to /script/x", new("/script/x")),
        Of(Execute, ELOOP, "a link to itself", "leads in a circle", new("/loop")),
        Of(Execute, E2BIG, "a long argument", "pass long input by standard input",
            new("/bin/true", [new string('a', 1 << 20)])),
    ];

    private static SandboxSpecification Specification => Guest.Specification(
        new DirectoryEntry("/closed") { Mode = UnixFileMode.UserRead },
        new FileEntry("/script", "echo hello\n"u8.ToArray()) { Mode = Executable },
        new FileEntry("/script-of-nothing", "#!/no/such/interpreter\n"u8.ToArray()) { Mode = Executable },
        new FileEntry("/script-of-dos", "#!/bin/sh\r\n"u8.ToArray()) { Mode = Executable },
        new FileEntry("/not-executable", "#!/bin/sh\n"u8.ToArray()) { Mode = UnixFileMode.UserRead },
        new FileEntry("/empty", Array.Empty<byte>()) { Mode = Executable },
        new SymbolicLinkEntry("/loop", "/loop"));

    private static RemedyCase Of(
        Isolation.Linux.Steps.StepKind kind, int error, string situation, string words, SandboxCommand command) =>
        new(kind, error, situation, words, Specification, command);

    private static RemedyCase Landlocked(
        int error, string situation, string words, string path, LandlockFileAccess access) =>
        new(LandlockPath, error, situation, words, Guest.Specification() with
        {
            Landlock = new LandlockPolicy { FileRules = [.. Restricted.Programs, new LandlockFileRule(path, access)] },
        })
        {
            Needs = static () => Restricted.Require(1),
        };

    /// <summary>The map of an ordinary user has one id unless it asks for more.</summary>
    private static void NeedManyIds() => Requires.Root();

    private static void NeedOneId()
    {
        Requires.NotRoot();
        Requires.NoSubordinateIds();
    }
}
