using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Runtimes;

/// <summary>Represents a preset, and what does not run in it.</summary>
/// <param name="Name">The column of the table in docs/runtimes.md.</param>
internal sealed record RuntimePreset(string Name)
{
    internal const string NoMemory = "the compiler needs more than 256 MiB";

    private const string NoShm = "no shared memory of its own";
    private const string NoChmod = "the filter denies chmod, which compilers and git need";
    private const string NoResolver = "the host's names are not readable";
    private const string NoTmp = "needs `/tmp`, whatever TMPDIR says";

    private static readonly string Application = AppContext.BaseDirectory.TrimEnd('/');

    internal static IReadOnlyList<RuntimePreset> All { get; } =
    [
        new("HostPrograms"),
        new("PlugIn"),
        new("Judge")
        {
            Obstacles = new()
            {
                ["Kotlin"] = NoMemory,
                ["Python, multiprocessing by forkserver"] = "no sockets",
                ["POSIX message queues"] = "no message queues",
            },
        },
        new("Unprivileged")
        {
            Obstacles = new()
            {
                ["C"] = NoChmod,
                ["C++"] = NoChmod,
                ["Rust"] = NoChmod,
                ["Free Pascal"] = NoChmod,
                ["OCaml"] = NoChmod,
                ["git"] = NoChmod,
                ["POSIX message queues"] = NoChmod,
                ["Java"] = NoTmp,
                ["Scala"] = NoTmp,
                ["Lua"] = NoTmp,
                ["Java, own host name"] = NoResolver,
                ["Python, own host name"] = NoResolver,
                ["Python, multiprocessing by fork"] = NoShm,
                ["Python, multiprocessing by spawn"] = NoShm,
                ["Python, multiprocessing by forkserver"] = NoShm,
            },
        },
    ];

    /// <summary>Gets the cases that do not run, with the reasons.</summary>
    internal Dictionary<string, string> Obstacles { get; init; } = [];

    /// <summary>Creates the sandbox of a case.</summary>
    /// <param name="directory">A directory of the host that is writable where nothing else is.</param>
    internal SandboxBuilder Builder(string directory) => Name switch
    {
        "HostPrograms" => SandboxPresets.HostPrograms().AddToRoot(root => root.FromHost(Application)),
        "PlugIn" => SandboxPresets.PlugIn().BestEffort().AddToRoot(root => root.FromHost(Application)),
        "Judge" => SandboxPresets.Judge().BestEffort().AddToRoot(root => root.FromHost(Application)),
        _ => SandboxPresets.Unprivileged().WithLandlock(landlock => landlock
            .ReadExecute(Application)
            .Read("/proc")
            .Allow(LandlockFileAccess.All, directory)),
    };

    /// <summary>Gets the environment of a case.</summary>
    internal SandboxCommand Command(string script, string directory)
    {
        string home = Name == "Unprivileged" ? directory : "/tmp";
        return new SandboxCommand("/bin/sh", "-c", $"cd {home}\n{script}")
        {
            WallTime = Guest.Patience,
            Environment = SandboxCommand.DefaultEnvironment.SetItem("HOME", home).SetItem("TMPDIR", home)
                .SetItem("APP", Application),
        };
    }

    public override string ToString() => Name;
}
