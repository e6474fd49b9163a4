using System.Collections.Immutable;

namespace Isolation;

/// <summary>Sandboxes that many applications start from. Each call gives a builder of its own, to go on with.</summary>
public static class SandboxPresets
{
    private const string Users =
        "root:x:0:0:root:/:/bin/sh\nsandbox:x:1000:1000:sandbox:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n";

    private const string Groups = "root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n";
    private const long JudgeMemory = 256L << 20;
    private const long PlugInMemory = 512L << 20;
    private const string Hosts = "127.0.0.1 localhost\n::1 localhost\n";

    /// <summary>
    /// Gets the paths below <c>/proc</c> and <c>/sys</c> that presets mask: those that container engines mask by
    /// default, because they tell about the host or let its hardware be reached, and those that identify the machine,
    /// such as the kernel's command line.
    /// </summary>
    public static ImmutableArray<string> MaskedPaths => SensitivePaths.Masked;

    /// <summary>The paths below <c>/proc</c> that container engines make read-only by default.</summary>
    public static ImmutableArray<string> ReadOnlyPaths => SensitivePaths.ReadOnly;

    /// <summary>
    /// What ordinary programs of the host need besides <c>/usr</c>, where the host has it; no secret is among it.
    /// </summary>
    public static ImmutableArray<string> HostProgramPaths { get; } =
    [
        "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
        "/etc/alternatives", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/dotnet", "/etc/ld.so.cache",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d", "/etc/localtime", "/etc/pki/tls/certs", "/etc/python3", "/etc/ssl/certs",
    ];

    /// <summary>
    /// An empty sandbox with <c>/proc</c>, the usual paths masked, and a minimal <c>/dev</c>: what nearly every program
    /// expects. The program itself is to be added. Every namespace but time is new.
    /// </summary>
    public static SandboxBuilder Minimal() => WithKernelFileSystems(ProcContent.Everything);

    /// <summary>
    /// A sandbox in which the programs of the host run, such as <c>sh</c>, <c>python3</c> and <c>dotnet</c>: the host's
    /// <c>/usr</c> and what belongs to it, read-only; <c>/proc</c> with the usual paths masked, a minimal <c>/dev</c>,
    /// an empty <c>/tmp</c> of 64 MiB; users, groups and hosts of its own. Every namespace but time is new. Where the
    /// kernel has Landlock it is a second wall behind the mounts, and keeps the signals and abstract sockets of a
    /// command to itself (<see cref="LandlockPolicy.OfMounts"/>).
    /// </summary>
    public static SandboxBuilder HostPrograms() => WithHostPrograms(ProcContent.Everything);

    /// <summary>
    /// A sandbox for programs of strangers that only compute, such as submissions of a judge: <see
    /// cref="HostPrograms"/> with <see cref="SystemCallFilter.Judge"/> (no sockets, no message queues, nothing that
    /// outlives a process). <c>/proc</c> has only the sandbox's own processes and tells nothing of the machine (<see
    /// cref="ProcContent.ProcessesOnly"/>). Where the host can have them, limits of the whole sandbox: 256 MiB of
    /// memory without swap, at whose end the whole command ends; 64 processes and threads; the time of one CPU. The
    /// report names those that it cannot have. Time and output are limited by each command.
    /// </summary>
    public static SandboxBuilder Judge() => WithHostPrograms(ProcContent.ProcessesOnly)
        .WithSystemCalls(SystemCallFilter.Judge)
        .WithLimits(limits => limits
            .Memory(JudgeMemory)
            .Swap(0)
            .OnOutOfMemory(OutOfMemoryKill.WholeCommand)
            .Processes(64)
            .Cpu(1)
            .BestEffort());

    /// <summary>
    /// A sandbox for a part of an application that is a program of its own, such as a plug-in in .NET:
    /// <see cref="HostPrograms"/> with <see cref="SystemCallFilter.DotNet"/>. Where the host can have them, limits of
    /// the whole sandbox: 512 MiB of memory, and 256 processes and threads. The report names those that it cannot have.
    /// What the plug-in works on is to be added, see <see cref="SandboxBuilder.AddToRoot"/>.
    /// </summary>
    public static SandboxBuilder PlugIn() => HostPrograms()
        .WithSystemCalls(SystemCallFilter.DotNet)
        .WithLimits(limits => limits.Memory(PlugInMemory).Processes(256).BestEffort());

    /// <summary>
    /// A sandbox without any namespace and privilege, for hosts that may not make namespaces, such as one in a
    /// container: the programs of the host run as the host's own user, and Landlock lets them read and execute
    /// <c>/usr</c> and what belongs to it, and nothing else: only <c>/dev/null</c> can be written, <c>/proc</c> cannot
    /// be read. Needs Landlock (Linux 5.13). Where the kernel has it, TCP is forbidden (6.7), and processes and
    /// abstract sockets outside are out of reach (6.12); with the latter the end of the sandbox is the end of all its
    /// processes. <see cref="SystemCallFilter.Unprivileged"/> refuses what Landlock does not watch, such as to change
    /// permissions and times of files. The report names what is missing. See SECURITY.md for what does not hold.
    /// </summary>
    public static SandboxBuilder Unprivileged() =>
        new SandboxBuilder(new SandboxSpecification
        {
            Root = new HostRoot(),
            Namespaces = NamespaceSet.NewOnly(Namespaces.None),
            User = SandboxUser.SameAsHost,
            SystemCalls = SystemCallFilter.Unprivileged,
        }).WithLandlock(landlock => landlock
            .AllowIfPresent(LandlockFileAccess.ReadExecute, ["/usr", .. HostProgramPaths])
            .AllowIfPresent(LandlockFileAccess.ReadFile | LandlockFileAccess.WriteFile, "/dev/null")
            .AllowIfPresent(LandlockFileAccess.ReadFile, "/dev/zero", "/dev/random", "/dev/urandom")
            .DenyTcp(Requirement.Prefer)
            .Scope(LandlockScopes.All, Requirement.Prefer));

    private static SandboxBuilder WithHostPrograms(ProcContent processes) =>
        WithKernelFileSystems(processes).WithLandlock(LandlockPolicy.OfMounts).AddToRoot(root => root
            .FromHost("/usr")
            .FromHostIfPresent(HostProgramPaths.AsSpan())
            .File("/etc/passwd", Users)
            .File("/etc/group", Groups)
            .File("/etc/hosts", Hosts)
            .Temporary("/tmp"));

    private static SandboxBuilder WithKernelFileSystems(ProcContent processes) =>
        new SandboxBuilder().WithRoot(root => root
            .Proc(proc => proc with { Content = processes })
            .Devices()
            .Mask(MaskedPaths)
            .ReadOnly(ReadOnlyPaths));
}
