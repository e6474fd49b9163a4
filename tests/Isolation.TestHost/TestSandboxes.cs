using System.Collections.Immutable;

namespace Isolation.TestHost;

/// <summary>Sandboxes in which the programs of the host run, for tests.</summary>
public static class TestSandboxes
{
    private static readonly string[] SystemDirectories = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"];

    /// <summary>Every namespace but time; the system's directories read-only, /proc, /dev and /tmp.</summary>
    public static SandboxSpecification Standard { get; } = new()
    {
        Mounts = [.. SystemMounts(), new ProcMount(), new DeviceMount(), new TemporaryMount("/tmp")],
    };

    /// <summary>
    /// The bound on processes that a payload which forks for ever is given, so that the machine lives on.
    /// </summary>
    public static ResourceLimit ProcessBound { get; } = new(LimitedResource.Processes, 48);

    /// <summary>The directories of the host that programs need, those that there are.</summary>
    public static ImmutableArray<MountEntry> SystemMounts() =>
        [.. SystemDirectories.Where(Directory.Exists).Select(directory => new BindMount(directory, directory))];

    /// <summary>A shell that runs a script.</summary>
    public static SandboxCommand Shell(string script) => new("/bin/sh", "-c", script);

    /// <summary>
    /// A shell that forks for ever: a copy that is refused a process ends, and makes room for others. The command's own
    /// process forks once only, so that it is not refused one itself.
    /// </summary>
    public static SandboxCommand ForkBomb(string before = "") =>
        Shell($"{before} bomb() {{ while :; do bomb & done; }}; bomb 2>/dev/null & exec sleep 100000")
            with { ResourceLimits = [ProcessBound] };
}
