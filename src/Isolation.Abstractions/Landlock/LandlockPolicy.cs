using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Restrictions by the kernel's security module Landlock, which an unprivileged process lays on itself; see landlock(7)
/// and https://docs.kernel.org/userspace-api/landlock.html. Every command gets them before its program is executed, and
/// nothing that it starts can take them off. They need neither a namespace nor a privilege, and hold beside both.
/// <para>
/// What is handled is forbidden unless a rule allows it; what is not handled is not restricted. The kernel's interface
/// grows by numbered levels: ABI 1 is Linux 5.13 (files), 2 is 5.19 (<see cref="LandlockFileAccess.Refer"/>), 3 is 6.2
/// (<see cref="LandlockFileAccess.Truncate"/>), 4 is 6.7 (TCP ports), 5 is 6.10
/// (<see cref="LandlockFileAccess.IoctlDevice"/>), 6 is 6.12 (scopes), 7 is 6.15 (logging); 8 is 7.0 and has nothing
/// that a single thread could use.
/// </para>
/// </summary>
/// <remarks>
/// Landlock does not restrict chdir(2), stat(2), chmod(2), chown(2), setxattr(2), utime(2), fcntl(2), access(2), or
/// files that are open already; and a restricted process cannot mount anything, whatever the rules say. At most 16
/// policies can lie on each other in one process.
/// </remarks>
public sealed record LandlockPolicy
{
    /// <summary>
    /// A second wall behind the mounts, as far as the kernel has it: files as <see cref="LandlockMountRules.Follow"/>
    /// says, and both scopes, so that a command can neither signal processes nor reach abstract sockets that are not
    /// its own descendants'. And whoever gets a capability nevertheless can neither mount nor remount anything.
    /// </summary>
    /// <remarks>
    /// What a mount does not forbid but this does: writing to named pipes below what is read-only, moving files between
    /// directories in the face of a rule that the target lacks, and opening a standard stream anew (<c>/dev/stdin</c>)
    /// that is a file or a terminal of the host. Before Linux 5.19 the part for files is left out, since every policy
    /// forbids moving files between directories there.
    /// </remarks>
    public static LandlockPolicy OfMounts { get; } = new()
    {
        MountRules = LandlockMountRules.Follow,
        FileRequirement = Requirement.Prefer,
        Scopes = LandlockScopes.All,
        ScopeRequirement = Requirement.Prefer,
    };

    /// <summary>
    /// Which rights on files are forbidden unless a rule allows them. Default: null, every right that both the kernel
    /// and this library know; those that the kernel is too old for are named in <see cref="SandboxReport.NotApplied"/>.
    /// <see cref="LandlockFileAccess.None"/>: files are not restricted.
    /// </summary>
    public LandlockFileAccess? HandledFileAccess { get; init; }

    /// <summary>
    /// Whether what the mounts of the specification allow is allowed, too. Default:
    /// <see cref="LandlockMountRules.None"/>.
    /// </summary>
    public LandlockMountRules MountRules { get; init; }

    /// <summary>What is allowed on files. Default: nothing, so that not even a program can be executed.</summary>
    public ImmutableArray<LandlockFileRule> FileRules { get; init; } = [];

    /// <summary>
    /// What happens when the kernel lacks Landlock, or a right that <see cref="HandledFileAccess"/> names. Default:
    /// <see cref="Requirement.Require"/>. With <see cref="Requirement.Prefer"/> what is had is applied, and
    /// <see cref="SandboxReport.NotApplied"/> names the rest.
    /// </summary>
    public Requirement FileRequirement { get; init; }

    /// <summary>
    /// Which uses of TCP ports are forbidden unless a rule allows them. Default: none. ABI 4, Linux 6.7.
    /// </summary>
    public LandlockPortAccess HandledPortAccess { get; init; }

    /// <summary>What is allowed on TCP ports. Default: nothing.</summary>
    public ImmutableArray<LandlockPortRule> PortRules { get; init; } = [];

    /// <summary>
    /// As <see cref="FileRequirement"/>, for <see cref="HandledPortAccess"/>. Default:
    /// <see cref="Requirement.Require"/>.
    /// </summary>
    public Requirement PortRequirement { get; init; }

    /// <summary>What is kept within a command and its descendants. Default: nothing. ABI 6, Linux 6.12.</summary>
    public LandlockScopes Scopes { get; init; }

    /// <summary>
    /// As <see cref="FileRequirement"/>, for <see cref="Scopes"/>. Default: <see cref="Requirement.Require"/>.
    /// </summary>
    public Requirement ScopeRequirement { get; init; }

    /// <summary>What the kernel's audit log gets. Default: the kernel's default. ABI 7, Linux 6.15.</summary>
    public LandlockLogging Logging { get; init; }

    /// <summary>
    /// As <see cref="FileRequirement"/>, for <see cref="Logging"/>. Default: <see cref="Requirement.Require"/>.
    /// </summary>
    public Requirement LoggingRequirement { get; init; }

    /// <summary>Equal when all members are, rules one by one in their order.</summary>
    public bool Equals(LandlockPolicy? other) =>
        other is not null && HandledFileAccess == other.HandledFileAccess && MountRules == other.MountRules
            && FileRequirement == other.FileRequirement
        && HandledPortAccess == other.HandledPortAccess && PortRequirement == other.PortRequirement
        && Scopes == other.Scopes && ScopeRequirement == other.ScopeRequirement
        && Logging == other.Logging && LoggingRequirement == other.LoggingRequirement
        && FileRules.AsSpan().SequenceEqual(other.FileRules.AsSpan())
            && PortRules.AsSpan().SequenceEqual(other.PortRules.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(
            HandledFileAccess, HandledPortAccess, Scopes, Logging, FileRules.AsSpan().Length,
            PortRules.AsSpan().Length);
}
