using System.Collections.Immutable;

namespace Isolation.TestHost;

/// <summary>Provides specifications and commands for tests that run programs of the host.</summary>
public static class TestSandboxes
{
    private static readonly string[] SystemDirectories = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"];

    /// <summary>Gets a specification with every namespace except time, read-only system directories, /proc, /dev and
    /// /tmp.</summary>
    public static SandboxSpecification Standard { get; } = new()
    {
        Mounts = [.. SystemMounts(), new ProcMount(), new DeviceMount(), new TemporaryMount("/tmp")],
    };

    /// <summary>
    /// Gets the process limit for payloads that fork endlessly, which protects the machine.
    /// </summary>
    public static ResourceLimit ProcessBound { get; } = new(LimitedResource.Processes, 48);

    /// <summary>Returns the existing directories of the host that programs require.</summary>
    public static ImmutableArray<MountEntry> SystemMounts() =>
        [.. SystemDirectories.Where(Directory.Exists).Select(directory => new BindMount(directory, directory))];

    /// <summary>Creates a command that runs a script in a shell.</summary>
    public static SandboxCommand Shell(string script) => new("/bin/sh", "-c", script);

    /// <summary>
    /// Creates a shell that forks endlessly. A copy that cannot fork ends and makes room for others. The command's own
    /// process forks only once, so that its own fork does not fail.
    /// </summary>
    public static SandboxCommand ForkBomb(string before = "") =>
        Shell($"{before} bomb() {{ while :; do bomb & done; }}; bomb 2>/dev/null & exec sleep 100000")
            with
        { ResourceLimits = [ProcessBound] };
}
