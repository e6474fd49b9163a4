using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// What a sandbox is: everything that a provider needs in order to make one. Immutable; made by a builder or by hand,
/// and used for any number of sandboxes.
/// </summary>
public sealed record SandboxSpecification
{
    private const string DefaultHostName = "sandbox";

    /// <summary>
    /// A name for logs and for the process list of the host, where the sandbox's first process shows it as
    /// <c>isolation-init: NAME</c>; at most 64 characters. Programs in the sandbox can read it there, too. Default:
    /// none.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>The root file system. Default: an empty one that is built up from <see cref="Mounts"/>.</summary>
    public RootFileSystem Root { get; init; } = new EmptyRoot();

    /// <summary>
    /// What is mounted or created inside the root, in this order. A target is an absolute path inside the sandbox; it
    /// is resolved inside the root, so a symbolic link in an untrusted root never leads out of it. Default: nothing.
    /// </summary>
    public ImmutableArray<MountEntry> Mounts { get; init; } = [];

    /// <summary>
    /// Paths that the payload must not read: a file is covered by an empty device, a directory by an empty read-only
    /// directory. A path that does not exist is passed over, as in the OCI runtime specification
    /// (<c>linux.maskedPaths</c>).
    /// </summary>
    public ImmutableArray<string> MaskedPaths { get; init; } = [];

    /// <summary>
    /// Paths that the payload must not write, with everything mounted below them. A path that does not exist is passed
    /// over, as in the OCI runtime specification (<c>linux.readonlyPaths</c>).
    /// </summary>
    public ImmutableArray<string> ReadOnlyPaths { get; init; } = [];

    /// <summary>
    /// Which namespaces are new, shared with the host, or joined. Default: all new but the time namespace.
    /// </summary>
    public NamespaceSet Namespaces { get; init; } = new();

    /// <summary>How user and group ids inside map to ids of the host. Default: <see cref="IdMap.Automatic"/>.</summary>
    public IdMap IdMap { get; init; } = IdMap.Automatic;

    /// <summary>
    /// Who runs a command that does not name a user of its own. Default: 1000:1000 with no further groups.
    /// </summary>
    public SandboxUser User { get; init; } = new(1000, 1000);

    /// <summary>
    /// The capabilities of a command that names none of its own; their bounding set holds for all. Default: none.
    /// </summary>
    public CapabilitySets Capabilities { get; init; } = CapabilitySets.None;

    /// <summary>What else the sandbox's processes are kept from. Default: what costs nothing.</summary>
    public ProcessHardening Hardening { get; init; } = new();

    /// <summary>
    /// The host name inside, at most 64 bytes; needs a new UTS namespace. Default: <c>sandbox</c> in a new UTS
    /// namespace; in any other it is null and the name is left alone.
    /// </summary>
    public string? HostName
    {
        get => field ?? (Namespaces?.Uts is NewNamespace ? DefaultHostName : null);
        init;
    }

    /// <summary>The NIS domain name inside, at most 64 bytes; needs a new UTS namespace. Default: the host's.</summary>
    public string? DomainName { get; init; }

    /// <summary>
    /// How far the clocks inside are moved; needs a new time namespace (Linux 5.6, see time_namespaces(7)).
    /// Default: not at all.
    /// </summary>
    public TimeOffsets? TimeOffsets { get; init; }

    /// <summary>
    /// What all commands together may use, and exact figures of what they used. Default: null, no limits and no control
    /// groups; <see cref="SandboxResult.Usage"/> then tells what the processes themselves tell.
    /// </summary>
    public SandboxLimits? Limits { get; init; }

    /// <summary>What the security module Landlock restricts every command to. Default: null, nothing.</summary>
    public LandlockPolicy? Landlock { get; init; }

    /// <summary>
    /// Which system calls a command may make that names no filter of its own. Default:
    /// <see cref="SystemCallFilter.Default"/>.
    /// </summary>
    public SystemCallFilter SystemCalls { get; init; } = SystemCallFilter.Default;

    /// <summary>
    /// Every error in it, in the order of its members; empty if there is none. Asks the host nothing.
    /// </summary>
    public ImmutableArray<SpecificationError> FindErrors()
    {
        ErrorList errors = default;
        SpecificationRules.Check(this, ref errors);
        return errors.ToImmutable();
    }

    /// <summary>Throws if there is an error in it. Every provider does this before it makes a sandbox.</summary>
    /// <exception cref="SandboxSpecificationException">There are errors; every one is listed.</exception>
    public void Validate()
    {
        ErrorList errors = default;
        SpecificationRules.Check(this, ref errors);
        errors.ThrowIfAny();
    }
}
