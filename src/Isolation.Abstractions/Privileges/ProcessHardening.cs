namespace Isolation;

/// <summary>
/// What the processes of a sandbox are kept from besides namespaces, filter and capabilities. The default costs nothing
/// and breaks no program that needs no privilege.
/// </summary>
/// <remarks>
/// What every sandbox has and nothing switches off: the first process is not dumpable; each command leads a session of
/// its own without a controlling terminal; no descriptor but those that were passed; the personality of an ordinary
/// Linux program (personality(2)), with randomised addresses also where the host's process has none; no core files, nor
/// core dumps that the host would pipe to a program of its own, unless <see cref="SandboxCommand.ResourceLimits"/> says
/// otherwise.
/// </remarks>
public sealed record ProcessHardening
{
    /// <summary>Whether a command can gain privileges by executing something. Default: it cannot.</summary>
    public NewPrivileges NewPrivileges { get; init; } = NewPrivileges.Forbidden;

    /// <summary>
    /// How user 0 is treated. Setting them needs <c>CAP_SETPCAP</c>, which a sandbox has while it is set up if it has a
    /// new user namespace or a root host. Default: null, <see cref="SecureBits.Locked"/> for a command without
    /// capabilities where it can be had, and none for a command with capabilities.
    /// </summary>
    public SecureBits? SecureBits { get; init; }

    /// <summary>
    /// A session keyring of its own (keyrings(7)), so that no key of the host is in reach. An ordinary user may have
    /// 200 keys at once (<c>kernel.keys.maxkeys</c>), and each sandbox takes one. Default: preferred; null: the host's.
    /// </summary>
    public Requirement? SessionKeyring { get; init; } = Requirement.Prefer;

    /// <summary>
    /// Memory that was writable never becomes executable, and none is both (<c>PR_SET_MDWE</c>, Linux 6.3). Programs
    /// that make code while they run, such as those on .NET, Java and Node, do not work with it. Default: null, not
    /// asked for.
    /// </summary>
    public Requirement? DenyWriteExecute { get; init; }

    /// <summary>Speculation that is switched off. Default: none.</summary>
    public SpeculationControls Speculation { get; init; }

    /// <summary>
    /// Whether <see cref="Speculation"/> must be had. Processors without the fault, and kernels started without the
    /// choice, refuse it. Default: required.
    /// </summary>
    public Requirement SpeculationRequirement { get; init; } = Requirement.Require;

    /// <summary>
    /// A core-scheduling cookie of its own, so that nothing from outside runs on the sibling threads of a core while it
    /// runs there (<c>PR_SCHED_CORE</c>, Linux 5.14 with <c>CONFIG_SCHED_CORE</c>, on processors with hardware
    /// threads). Default: null, not asked for.
    /// </summary>
    public Requirement? CoreScheduling { get; init; }

    /// <summary>
    /// How ready the kernel is to kill the sandbox's processes when the host's memory runs out, -1000 (never) to 1000
    /// (first); see proc_pid_oom_score_adj(5). Less than the host's own needs <c>CAP_SYS_RESOURCE</c>. Default: null,
    /// the host's.
    /// </summary>
    public int? OutOfMemoryScore { get; init; }

    /// <summary>
    /// Gets the maximum number of inotify and of fanotify instances, 0 or more. Default: 32. In a new user namespace
    /// (<c>user.max_inotify_instances</c>, <c>user.max_fanotify_groups</c>); without one, the host user's own 128
    /// apply.
    /// </summary>
    public int FileWatchers { get; init; } = 32;

    /// <summary>
    /// Gets the maximum number of watches of all inotify instances, and of marks of all fanotify instances, 0 or more.
    /// Default: 8,192. In a new user namespace (<c>user.max_inotify_watches</c>, <c>user.max_fanotify_marks</c>).
    /// </summary>
    public int FileWatches { get; init; } = 8192;

    /// <summary>
    /// Gets the maximum number of namespaces of each kind that exist in the sandbox at the same time, its own included,
    /// 1 or more. Default: 64. In a new user namespace (<c>user.max_*_namespaces</c>). Set only
    /// where <see cref="SandboxSpecification.SystemCalls"/> may allow namespaces to be made, as no named profile does.
    /// </summary>
    public int NestedNamespaces { get; init; } = 64;
}
