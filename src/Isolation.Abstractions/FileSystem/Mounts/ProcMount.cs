namespace Isolation;

/// <summary>Mounts the process file system of the sandbox's own PID namespace; see proc(5).</summary>
/// <param name="Target">The absolute path inside the sandbox, usually <c>/proc</c>.</param>
public sealed record ProcMount(string Target = "/proc") : MountEntry(Target)
{
    /// <summary>Gets the visibility of other users' processes. Default: <see cref="ProcessVisibility.All"/>.</summary>
    public ProcessVisibility Visibility { get; init; }

    /// <summary>
    /// Gets the content of the mount. Default: <see cref="ProcContent.Everything"/>.
    /// <see cref="ProcContent.ProcessesOnly"/> requires Linux 5.8 (<c>subset=pid</c>).
    /// </summary>
    public ProcContent Content { get; init; }

    /// <summary>
    /// Gets the access that the payload has to the mount. Default: <see cref="MountAccess.ReadWrite"/>, as programs
    /// expect.
    /// </summary>
    public MountAccess Access { get; init; } = MountAccess.ReadWrite;
}
