using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Represents an immutable description of a sandbox, with everything that a provider requires to create one. Created by
/// a builder or directly, and reusable for any number of sandboxes.
/// </summary>
public sealed partial record SandboxSpecification
{
    private const string DefaultHostName = "sandbox";

    /// <summary>
    /// Gets a name for logs and for the host's process list, where the sandbox's first process is shown as
    /// <c>isolation-init: NAME</c>; at most 64 characters. Programs in the sandbox can read the name there, too.
    /// Default: none.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// Gets what ends the sandbox. Default: <see cref="SandboxLifetime.Application"/>.
    /// </summary>
    public SandboxLifetime Lifetime { get; init; }

    /// <summary>Gets the root file system. Default: an empty one, populated by <see cref="Mounts"/>.</summary>
    public RootFileSystem Root { get; init; } = new EmptyRoot();

    /// <summary>
    /// Gets the entries to mount or create inside the root, in this order. A target is an absolute path inside the
    /// sandbox; it is resolved inside the root, so a symbolic link in an untrusted root never leads out of it. Default:
    /// none.
    /// </summary>
    public ImmutableArray<MountEntry> Mounts { get; init; } = [];

    /// <summary>
    /// Gets the paths that the payload must not read: a file is covered by an empty device, and a directory by an empty
    /// read-only directory. Paths that do not exist are ignored, as in the OCI runtime specification
    /// (<c>linux.maskedPaths</c>).
    /// </summary>
    public ImmutableArray<string> MaskedPaths { get; init; } = [];

    /// <summary>
    /// Gets the paths that the payload must not write, including everything mounted below them. Paths that do not exist
    /// are ignored, as in the OCI runtime specification (<c>linux.readonlyPaths</c>).
    /// </summary>
    public ImmutableArray<string> ReadOnlyPaths { get; init; } = [];

    /// <summary>
    /// Gets the source of each namespace: new, shared with the host, or joined. Default: all namespaces are new except
    /// the time namespace.
    /// </summary>
    public NamespaceSet Namespaces { get; init; } = new();

    /// <summary>
    /// Gets the mapping of user and group ids to ids of the host. Default: <see cref="IdMap.Automatic"/>.
    /// </summary>
    public IdMap IdMap { get; init; } = IdMap.Automatic;

    /// <summary>
    /// Gets the user of commands that do not specify their own. Default: 1000:1000 without supplementary groups.
    /// </summary>
    public SandboxUser User { get; init; } = new(1000, 1000);

    /// <summary>
    /// Gets the capabilities of commands that do not specify their own. The bounding set applies to all commands.
    /// Default: none.
    /// </summary>
    public CapabilitySets Capabilities { get; init; } = CapabilitySets.None;

    /// <summary>
    /// Gets further restrictions on the sandbox's processes. Default: the restrictions that cost nothing.
    /// </summary>
    public ProcessHardening Hardening { get; init; } = new();

    /// <summary>
    /// Gets the host name inside the sandbox, at most 64 bytes; requires a new UTS namespace. Default: <c>sandbox</c>
    /// in a new UTS namespace; otherwise null, which leaves the name unchanged.
    /// </summary>
    public string? HostName
    {
        get => field ?? (Namespaces?.Uts is NewNamespace ? DefaultHostName : null);
        init;
    }

    /// <summary>
    /// Gets the NIS domain name inside the sandbox, at most 64 bytes; requires a new UTS namespace. Default: the
    /// host's.
    /// </summary>
    public string? DomainName { get; init; }

    /// <summary>
    /// Gets the offsets of the clocks inside the sandbox; requires a new time namespace (Linux 5.6, see
    /// time_namespaces(7)). Default: none.
    /// </summary>
    public TimeOffsets? TimeOffsets { get; init; }

    /// <summary>
    /// Gets the limits for all commands together, which also enable exact usage accounting. Default: null, no limits
    /// and no cgroups; <see cref="SandboxResult.Usage"/> then contains the values that the processes themselves report.
    /// </summary>
    public SandboxLimits? Limits { get; init; }

    /// <summary>
    /// Gets the restrictions that the Landlock security module applies to every command. Default: null, none.
    /// </summary>
    public LandlockPolicy? Landlock { get; init; }

    /// <summary>
    /// Gets the system call filter of commands that do not specify their own. Default:
    /// <see cref="SystemCallFilter.Default"/>.
    /// </summary>
    public SystemCallFilter SystemCalls { get; init; } = SystemCallFilter.Default;
}
