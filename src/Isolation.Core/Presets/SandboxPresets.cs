using System.Collections.Immutable;

namespace Isolation;

/// <summary>Sandboxes that many applications start from. Each call gives a builder of its own, to go on with.</summary>
public static class SandboxPresets
{
    private const string Users =
        "root:x:0:0:root:/:/bin/sh\nsandbox:x:1000:1000:sandbox:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n";

    private const string Groups = "root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n";
    private const string Hosts = "127.0.0.1 localhost\n::1 localhost\n";

    /// <summary>
    /// The paths below <c>/proc</c> and <c>/sys</c> that container engines mask by default: they tell about the host or
    /// let its hardware be reached.
    /// </summary>
    public static ImmutableArray<string> MaskedPaths => SensitivePaths.Masked;

    /// <summary>The paths below <c>/proc</c> that container engines make read-only by default.</summary>
    public static ImmutableArray<string> ReadOnlyPaths => SensitivePaths.ReadOnly;

    /// <summary>What ordinary programs of the host need besides <c>/usr</c>, where the host has it; no secret is among it.</summary>
    public static ImmutableArray<string> HostProgramPaths { get; } =
    [
        "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
        "/etc/alternatives", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/dotnet", "/etc/ld.so.cache", "/etc/ld.so.conf",
        "/etc/ld.so.conf.d", "/etc/localtime", "/etc/pki/tls/certs", "/etc/python3", "/etc/ssl/certs",
    ];

    /// <summary>
    /// An empty sandbox with <c>/proc</c>, the usual paths masked, and a minimal <c>/dev</c>: what nearly every program
    /// expects. The program itself is to be added. Every namespace but time is new.
    /// </summary>
    public static SandboxBuilder Minimal() => new SandboxBuilder().WithRoot(AddKernelFileSystems);

    /// <summary>
    /// A sandbox in which the programs of the host run, such as <c>sh</c>, <c>python3</c> and <c>dotnet</c>: the host's
    /// <c>/usr</c> and what belongs to it, read-only; <c>/proc</c> with the usual paths masked, a minimal <c>/dev</c>,
    /// an empty <c>/tmp</c> of 64 MiB; users, groups and hosts of its own. Every namespace but time is new.
    /// </summary>
    public static SandboxBuilder HostPrograms() =>
        Minimal().AddToRoot(root => root
            .FromHost("/usr")
            .FromHostIfPresent(HostProgramPaths.AsSpan())
            .File("/etc/passwd", Users)
            .File("/etc/group", Groups)
            .File("/etc/hosts", Hosts)
            .Temporary("/tmp"));

    /// <summary>
    /// A sandbox without any namespace and privilege, for hosts that may not make namespaces, such as one in a container: the
    /// programs of the host run as the host's own user, and Landlock lets them read and execute <c>/usr</c> and what belongs
    /// to it, and nothing else: only <c>/dev/null</c> can be written, <c>/proc</c> cannot be read. Needs Landlock (Linux 5.13). Where the
    /// kernel has it, TCP is forbidden (6.7), and processes and abstract sockets outside are out of reach (6.12); with the
    /// latter the end of the sandbox is the end of all its processes. The report names what is missing. See SECURITY.md for what does not hold.
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

    private static void AddKernelFileSystems(RootBuilder root) =>
        root.Proc().Devices().Mask(MaskedPaths).ReadOnly(ReadOnlyPaths);
}
