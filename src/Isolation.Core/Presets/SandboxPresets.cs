using System.Collections.Immutable;

namespace Isolation;

/// <summary>Provides builders for common sandboxes. Each call returns a new builder.</summary>
public static class SandboxPresets
{
    private const string Users =
        "root:x:0:0:root:/:/bin/sh\nsandbox:x:1000:1000:sandbox:/tmp:/bin/sh\n"
        + "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n";

    private const string Groups = "root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n";
    private const long JudgeMemory = 256L << 20;
    private const long PlugInMemory = 512L << 20;

    /// <summary>Gets the paths below <c>/proc</c> and <c>/sys</c> that presets mask.</summary>
    /// <remarks>
    /// These are the paths that container engines mask by default because they reveal information about the host or
    /// give access to its hardware, and paths that identify the machine, such as the kernel's command line.
    /// </remarks>
    public static ImmutableArray<string> MaskedPaths => SensitivePaths.Masked;

    /// <summary>Gets the paths below <c>/proc</c> that container engines make read-only by default.</summary>
    public static ImmutableArray<string> ReadOnlyPaths => SensitivePaths.ReadOnly;

    /// <summary>
    /// Gets the paths that ordinary programs of the host need in addition to <c>/usr</c> and the targets of its links.
    /// None of them contains secrets.
    /// </summary>
    public static ImmutableArray<string> HostProgramPaths { get; } =
    [
        "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
        "/etc/alternatives", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/dotnet", "/etc/fonts",
        "/etc/fpc.cfg", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/mono",
        "/etc/php", "/etc/pki/tls/certs", "/etc/ssl/certs", "/etc/ssl/openssl.cnf",
    ];

    /// <summary>
    /// Creates a builder for an empty sandbox with <c>/proc</c>, the usual paths masked, and a minimal <c>/dev</c>,
    /// which nearly every program expects.
    /// </summary>
    /// <remarks>The program itself must be added. Namespaces of every kind except time are new.</remarks>
    public static SandboxBuilder Minimal() => WithKernelFileSystems(ProcContent.Everything);

    /// <summary>
    /// Creates a builder for a sandbox that runs programs of the host, such as <c>sh</c>, <c>python3</c> and
    /// <c>dotnet</c>.
    /// </summary>
    /// <remarks>
    /// The sandbox contains the host's <c>/usr</c>, the targets of its links
    /// (<see cref="BindMount.IncludesLinkTargets"/>) and related paths, read-only; <c>/proc</c> with the usual paths
    /// masked; a minimal <c>/dev</c>; its own message queues; an empty <c>/tmp</c> of 64 MiB; and its own users, groups
    /// and hosts. Namespaces of every kind except time are new. If the kernel supports Landlock, it is a second
    /// barrier behind the mounts, and limits the signals and abstract sockets of a command to the command itself
    /// (<see cref="LandlockPolicy.OfMounts"/>).
    /// </remarks>
    public static SandboxBuilder HostPrograms() =>
        WithHostPrograms(ProcContent.Everything).AddToRoot(root => root.MessageQueues());

    /// <summary>
    /// Creates a builder for a sandbox that runs untrusted programs which only compute, such as submissions to an
    /// online judge.
    /// </summary>
    /// <remarks>
    /// Extends <see cref="HostPrograms"/> by <see cref="SystemCallFilter.Judge"/> (no sockets, no message queues,
    /// nothing that outlives a process). <c>/proc</c> contains only the sandbox's own processes and reveals nothing
    /// about the machine (<see cref="ProcContent.ProcessesOnly"/>). The whole sandbox is limited to 256 MiB of memory
    /// without swap, 64 processes and threads, and the time of one CPU; running out of memory kills the whole command
    /// (on cgroup v1, one process).
    /// The limits are required: without cgroups, no sandbox is created (see <see cref="LimitsBuilder.BestEffort"/>).
    /// Time and output are limited by each command.
    /// </remarks>
    public static SandboxBuilder Judge() => WithHostPrograms(ProcContent.ProcessesOnly)
        .WithSystemCalls(SystemCallFilter.Judge)
        .WithLimits(limits => limits
            .Memory(JudgeMemory)
            .Swap(0)
            .OnOutOfMemory(OutOfMemoryKill.WholeCommandIfPossible)
            .Processes(64)
            .Cpu(1));

    /// <summary>
    /// Creates a builder for a sandbox that runs a part of an application as a separate program, such as a .NET
    /// plug-in.
    /// </summary>
    /// <remarks>
    /// Extends <see cref="HostPrograms"/> by <see cref="SystemCallFilter.DotNet"/>. The whole sandbox is limited to 512
    /// MiB of memory, and to 256 processes and threads. The limits are required: without cgroups, no sandbox is created
    /// (see <see cref="LimitsBuilder.BestEffort"/>). Add the files that the plug-in works on by
    /// <see cref="SandboxBuilder.AddToRoot"/>.
    /// </remarks>
    public static SandboxBuilder PlugIn() => HostPrograms()
        .WithSystemCalls(SystemCallFilter.DotNet)
        .WithLimits(limits => limits.Memory(PlugInMemory).Processes(256));

    /// <summary>
    /// Creates a builder for a sandbox without namespaces and privileges, for hosts that cannot create namespaces, such
    /// as a container.
    /// </summary>
    /// <remarks>
    /// The programs of the host run as the application's own user. Landlock allows them to read and execute <c>/usr</c>
    /// and related paths, and nothing else: only <c>/dev/null</c> is writable, and <c>/proc</c> is not readable.
    /// Requires Landlock (Linux 5.13). If the kernel supports it, TCP is denied (6.7), and processes and abstract
    /// sockets outside the sandbox are unreachable (6.12); with the latter, the end of the sandbox ends all its
    /// processes. <see cref="SystemCallFilter.Unprivileged"/> denies operations that Landlock does not control, such as
    /// changing permissions and times of files. The report lists everything that is missing. For the limits of this
    /// sandbox, see SECURITY.md.
    /// </remarks>
    public static SandboxBuilder Unprivileged() =>
        new SandboxBuilder(new SandboxSpecification
        {
            Root = new HostRoot(),
            Namespaces = NamespaceSet.NewOnly(Namespaces.None),
            User = SandboxUser.SameAsHost,
            SystemCalls = SystemCallFilter.Unprivileged,
        }).WithLandlock(landlock => landlock
            .AllowWithLinkTargets(LandlockFileAccess.ReadExecute, "/usr")
            .AllowIfPresent(LandlockFileAccess.ReadExecute, HostProgramPaths)
            .AllowIfPresent(LandlockFileAccess.ReadFile | LandlockFileAccess.WriteFile, "/dev/null")
            .AllowIfPresent(LandlockFileAccess.ReadFile, "/dev/zero", "/dev/random", "/dev/urandom")
            .DenyTcp(Requirement.Prefer)
            .Scope(LandlockScopes.All, Requirement.Prefer));

    private static SandboxBuilder WithHostPrograms(ProcContent processes) =>
        WithKernelFileSystems(processes).WithLandlock(LandlockPolicy.OfMounts).AddToRoot(root => root
            .Bind("/usr", "/usr", bind => bind with { IncludesLinkTargets = true })
            .FromHostIfPresent(HostProgramPaths.AsSpan())
            .File("/etc/passwd", Users)
            .File("/etc/group", Groups)
            .Hosts()
            .Temporary("/tmp"));

    private static SandboxBuilder WithKernelFileSystems(ProcContent processes) =>
        new SandboxBuilder().WithRoot(root => root
            .Proc(proc => proc with { Content = processes })
            .Devices()
            .Cgroups()
            .Mask(MaskedPaths)
            .ReadOnly(ReadOnlyPaths));
}
