namespace Isolation;

/// <summary>
/// Mounts a minimal <c>/dev</c>: the host's null, zero, full, random, urandom and tty; the usual links (fd, stdin,
/// stdout, stderr, ptmx); <c>pts</c> with the sandbox's own pseudo-terminals; and <c>shm</c>.
/// </summary>
/// <param name="Target">The absolute path inside the sandbox, usually <c>/dev</c>.</param>
public sealed record DeviceMount(string Target = "/dev") : MountEntry(Target)
{
    /// <summary>
    /// Gets the maximum size of <c>shm</c> in bytes. Default: 64 MiB. With 0, <c>shm</c> is not created.
    /// </summary>
    public long SharedMemorySize { get; init; } = 64L << 20;

    /// <summary>
    /// Gets the maximum number of pseudo-terminals that exist at the same time, 1 to 1,048,576. Default: 64.
    /// </summary>
    /// <remarks>
    /// The limit is the devpts option <c>max</c>. All sandboxes share the host's 3,072 pseudo-terminals
    /// (<c>kernel.pty.max</c> less <c>kernel.pty.reserve</c>).
    /// </remarks>
    public int MaximumTerminals { get; init; } = 64;

    /// <summary>
    /// Gets a value that specifies whether <c>pts</c> and <c>ptmx</c> are created. Default:
    /// <see cref="DeviceTerminals.Own"/>.
    /// </summary>
    public DeviceTerminals Terminals { get; init; } = DeviceTerminals.Own;
}
