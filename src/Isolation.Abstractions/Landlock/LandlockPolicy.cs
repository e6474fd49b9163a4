using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Describes restrictions by the kernel's security module Landlock; see landlock(7) and
/// https://docs.kernel.org/userspace-api/landlock.html.
/// </summary>
/// <remarks>
/// <para>
/// An unprivileged process applies Landlock restrictions to itself. Every command is restricted before its program is
/// executed, and its descendants cannot remove the restrictions. They require neither a namespace nor a privilege, and
/// can be combined with both.
/// </para>
/// <para>
/// Handled rights are forbidden unless a rule allows them. Rights that are not handled are not restricted.
/// </para>
/// <para>
/// The kernel's interface has numbered versions: ABI 1 is Linux 5.13 (files), 2 is 5.19
/// (<see cref="LandlockFileAccess.Refer"/>), 3 is 6.2 (<see cref="LandlockFileAccess.Truncate"/>), 4 is 6.7 (TCP
/// ports), 5 is 6.10 (<see cref="LandlockFileAccess.IoctlDevice"/>), 6 is 6.12 (scopes), 7 is 6.15 (logging). ABI 8 is
/// 7.0 and adds nothing that applies to a single thread.
/// </para>
/// <para>
/// Landlock does not restrict chdir(2), stat(2), chmod(2), chown(2), setxattr(2), utime(2), fcntl(2), access(2), or
/// files that are already open. A restricted process cannot mount anything, regardless of the rules. At most 16
/// policies can be stacked in one process.
/// </para>
/// </remarks>
public sealed record LandlockPolicy
{
    /// <summary>
    /// Gets a policy that enforces the sandbox's mounts a second time, as far as the kernel supports it.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Files are restricted by <see cref="LandlockMountRules.Follow"/>. Both scopes apply: a command cannot signal
    /// processes, or connect to abstract sockets of processes, other than its own descendants. A payload that gains a
    /// capability still cannot mount or remount anything.
    /// </para>
    /// <para>
    /// Unlike the mounts, this policy also forbids: writing to named pipes below a read-only mount; moving files
    /// between directories if the target lacks a rule that the source has; and reopening a standard stream
    /// (<c>/dev/stdin</c>) that is a file or a terminal of the host. Before Linux 5.19, the file restrictions are
    /// omitted, because every policy forbids moving files between directories there.
    /// </para>
    /// </remarks>
    public static LandlockPolicy OfMounts { get; } = new()
    {
        MountRules = LandlockMountRules.Follow,
        FileRequirement = Requirement.Prefer,
        Scopes = LandlockScopes.All,
        ScopeRequirement = Requirement.Prefer,
    };

    /// <summary>
    /// Gets the rights on files that are forbidden unless a rule allows them. Default: null, all rights that both the
    /// kernel and this library support. With <see cref="LandlockFileAccess.None"/>, files are not restricted.
    /// </summary>
    /// <remarks>
    /// With the default, <see cref="SandboxReport.NotApplied"/> lists the rights that the kernel is too old for.
    /// </remarks>
    public LandlockFileAccess? HandledFileAccess { get; init; }

    /// <summary>
    /// Gets a value that specifies whether rights that the mounts of the specification give are allowed as well.
    /// Default: <see cref="LandlockMountRules.None"/>.
    /// </summary>
    public LandlockMountRules MountRules { get; init; }

    /// <summary>
    /// Gets the rules that allow rights on files. Default: empty, so that not even a program can be executed.
    /// </summary>
    public ImmutableArray<LandlockFileRule> FileRules { get; init; } = [];

    /// <summary>
    /// Gets a value that specifies what happens if the kernel does not support Landlock, or a right in
    /// <see cref="HandledFileAccess"/>. Default: <see cref="Requirement.Require"/>. With
    /// <see cref="Requirement.Prefer"/>, the supported part is applied, and <see cref="SandboxReport.NotApplied"/>
    /// lists the rest.
    /// </summary>
    public Requirement FileRequirement { get; init; }

    /// <summary>
    /// Gets the uses of TCP ports that are forbidden unless a rule allows them. Default: none. ABI 4, Linux 6.7.
    /// </summary>
    public LandlockPortAccess HandledPortAccess { get; init; }

    /// <summary>Gets the rules that allow uses of TCP ports. Default: empty.</summary>
    public ImmutableArray<LandlockPortRule> PortRules { get; init; } = [];

    /// <summary>
    /// Gets a value that specifies what happens if the kernel does not support <see cref="HandledPortAccess"/>, as with
    /// <see cref="FileRequirement"/>. Default: <see cref="Requirement.Require"/>.
    /// </summary>
    public Requirement PortRequirement { get; init; }

    /// <summary>
    /// Gets the operations that are restricted to a command and its descendants. Default: none. ABI 6, Linux 6.12.
    /// </summary>
    public LandlockScopes Scopes { get; init; }

    /// <summary>
    /// Gets a value that specifies what happens if the kernel does not support <see cref="Scopes"/>, as with
    /// <see cref="FileRequirement"/>. Default: <see cref="Requirement.Require"/>.
    /// </summary>
    public Requirement ScopeRequirement { get; init; }

    /// <summary>
    /// Gets the denials that appear in the kernel's audit log. Default: the kernel's default. ABI 7, Linux 6.15.
    /// </summary>
    public LandlockLogging Logging { get; init; }

    /// <summary>
    /// Gets a value that specifies what happens if the kernel does not support <see cref="Logging"/>, as with
    /// <see cref="FileRequirement"/>. Default: <see cref="Requirement.Require"/>.
    /// </summary>
    public Requirement LoggingRequirement { get; init; }

    /// <summary>Indicates whether all members are equal, with rules compared one by one in order.</summary>
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
