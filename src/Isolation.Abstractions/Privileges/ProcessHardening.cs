namespace Isolation;

/// <summary>
/// Specifies restrictions on the processes of a sandbox besides namespaces, the system call filter and capabilities.
/// The defaults cost nothing and break no program that requires no privileges.
/// </summary>
/// <remarks>
/// The following restrictions apply to every sandbox and cannot be turned off:
/// <list type="bullet">
/// <item>The first process is not dumpable.</item>
/// <item>Each command leads its own session, without a controlling terminal.</item>
/// <item>A command inherits only the file descriptors that were passed to it.</item>
/// <item>
/// The personality is that of an ordinary Linux program (personality(2)), with address space randomization even if the
/// application runs without it.
/// </item>
/// <item>
/// Core files are not written, and core dumps are not piped to a program of the host, unless
/// <see cref="SandboxCommand.ResourceLimits"/> allows it.
/// </item>
/// </list>
/// </remarks>
public sealed record ProcessHardening
{
    /// <summary>
    /// Gets a value that specifies whether a command can gain privileges by executing a program. Default:
    /// <see cref="NewPrivileges.Forbidden"/>.
    /// </summary>
    public NewPrivileges NewPrivileges { get; init; } = NewPrivileges.Forbidden;

    /// <summary>
    /// Gets the bits that specify how the kernel treats user 0. Setting them requires <c>CAP_SETPCAP</c>, which a
    /// sandbox has during setup if it has a new user namespace or the application runs as root. Default: null, which
    /// means <see cref="SecureBits.Locked"/>, if available, for a command without capabilities, and no bits for a
    /// command with capabilities.
    /// </summary>
    public SecureBits? SecureBits { get; init; }

    /// <summary>
    /// Gets the requirement for a separate session keyring (keyrings(7)), which keeps the host's keys out of reach.
    /// Each sandbox uses one key; an ordinary user can have 200 keys at the same time (<c>kernel.keys.maxkeys</c>).
    /// Default: preferred. Null: the host's keyring.
    /// </summary>
    public Requirement? SessionKeyring { get; init; } = Requirement.Prefer;

    /// <summary>
    /// Gets the requirement that memory that was writable never becomes executable, and that no memory is both
    /// (<c>PR_SET_MDWE</c>, Linux 6.3). Programs that generate code at run time, such as programs on .NET, Java and
    /// Node.js, do not work with it. Default: null, not requested.
    /// </summary>
    public Requirement? DenyWriteExecute { get; init; }

    /// <summary>Gets the kinds of speculative execution to disable. Default: none.</summary>
    public SpeculationControls Speculation { get; init; }

    /// <summary>
    /// Gets the requirement for <see cref="Speculation"/>. Processors that are not affected, and kernels started
    /// without per-process control, refuse it. Default: required.
    /// </summary>
    public Requirement SpeculationRequirement { get; init; } = Requirement.Require;

    /// <summary>
    /// Gets the requirement for a separate core scheduling cookie, so that no process from outside the sandbox runs on
    /// the sibling threads of a core while the sandbox runs there (<c>PR_SCHED_CORE</c>, Linux 5.14 with
    /// <c>CONFIG_SCHED_CORE</c>, on processors with hardware threads). Default: null, not requested.
    /// </summary>
    public Requirement? CoreScheduling { get; init; }

    /// <summary>
    /// Gets the score that determines how early the kernel kills the sandbox's processes when the host runs out of
    /// memory, from -1000 (never) to 1000 (first); see proc_pid_oom_score_adj(5). A score below the application's own
    /// requires <c>CAP_SYS_RESOURCE</c>. Default: null, the application's score.
    /// </summary>
    public int? OutOfMemoryScore { get; init; }

    /// <summary>
    /// Gets the maximum number of inotify and of fanotify instances, 0 or more. Default: 32. Applies in a new user
    /// namespace (<c>user.max_inotify_instances</c>, <c>user.max_fanotify_groups</c>); otherwise the 128 instances of
    /// the host user apply.
    /// </summary>
    public int FileWatchers { get; init; } = 32;

    /// <summary>
    /// Gets the maximum number of watches of all inotify instances, and of marks of all fanotify instances, 0 or more.
    /// Default: 8,192. Applies in a new user namespace (<c>user.max_inotify_watches</c>,
    /// <c>user.max_fanotify_marks</c>).
    /// </summary>
    public int FileWatches { get; init; } = 8192;

    /// <summary>
    /// Gets the maximum number of namespaces of each kind that exist in the sandbox at the same time, including its
    /// own, 1 or more. Default: 64. Applies in a new user namespace (<c>user.max_*_namespaces</c>). Set only if
    /// <see cref="SandboxSpecification.SystemCalls"/> may allow creating namespaces, which no named profile does.
    /// </summary>
    public int NestedNamespaces { get; init; } = 64;
}
