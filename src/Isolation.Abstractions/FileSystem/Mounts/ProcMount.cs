namespace Isolation;

/// <summary>The process file system of the sandbox's own PID namespace, see proc(5).</summary>
/// <param name="Target">The absolute path inside the sandbox, usually <c>/proc</c>.</param>
public sealed record ProcMount(string Target = "/proc") : MountEntry(Target)
{
    /// <summary>Which processes of others can be seen. Default: <see cref="ProcessVisibility.All"/>.</summary>
    public ProcessVisibility Visibility { get; init; }

    /// <summary>
    /// Whether only the directories of processes are there (<c>subset=pid</c>, Linux 5.8). Default: everything.
    /// </summary>
    public ProcContent Content { get; init; }

    /// <summary>Whether it can be written. Default: <see cref="MountAccess.ReadWrite"/>, as programs expect.</summary>
    public MountAccess Access { get; init; } = MountAccess.ReadWrite;
}
