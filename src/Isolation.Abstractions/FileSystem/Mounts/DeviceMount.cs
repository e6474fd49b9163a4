namespace Isolation;

/// <summary>
/// A minimal /dev: null, zero, full, random, urandom and tty of the host, the usual links (fd, stdin, stdout, stderr,
/// ptmx), <c>pts</c> with pseudo-terminals of its own, and <c>shm</c>.
/// </summary>
/// <param name="Target">The absolute path inside the sandbox, usually <c>/dev</c>.</param>
public sealed record DeviceMount(string Target = "/dev") : MountEntry(Target)
{
    /// <summary>The most that <c>shm</c> holds, in bytes. Default: 64 MiB; 0 leaves <c>shm</c> out.</summary>
    public long SharedMemorySize { get; init; } = 64L << 20;

    /// <summary>
    /// Gets the maximum number of pseudo-terminals that exist at the same time, 1 to 1,048,576. Default: 64. All
    /// sandboxes share the machine's 3,072 (<c>kernel.pty.max</c> less <c>kernel.pty.reserve</c>). devpts option
    /// <c>max</c>.
    /// </summary>
    public int MaximumTerminals { get; init; } = 64;

    /// <summary>Whether <c>pts</c> and <c>ptmx</c> are there. Default: <see cref="DeviceTerminals.Own"/>.</summary>
    public DeviceTerminals Terminals { get; init; } = DeviceTerminals.Own;
}
