using Isolation.Linux.Host;
using Isolation.Linux.Identity;
using Isolation.Linux.Interop;
using Isolation.Linux.Plans;

namespace Isolation.Linux.Streams;

/// <summary>
/// Describes the properties of a payload that decide how it can access files of the host passed to it.
/// </summary>
internal sealed record Payload
{
    private const int OwnerRead = 0b100_000_000;
    private const int GroupRead = 0b000_100_000;
    private const int OthersRead = 0b000_000_100;
    private const int OthersWrite = 0b000_010_010;

    /// <summary>Gets the payload's host ids; null if unknown, for example in a joined user namespace.</summary>
    private HostOwner? Id { get; init; }

    /// <summary>Gets whether the payload has or may gain capabilities.</summary>
    private bool MayBePrivileged { get; init; }

    /// <summary>Gets the new owner of files passed to the payload, if the application may change file owners.</summary>
    internal HostOwner? GivenFiles { get; private init; }

    /// <summary>Gets whether Landlock restricts the payload.</summary>
    internal bool IsRestricted { get; private init; }

    /// <summary>Gets whether Landlock denies reading of all files without a rule, and no rule can be added.</summary>
    internal bool IsKeptFromReading { get; private init; }

    /// <summary>Gets whether Landlock denies writing to all files without a rule.</summary>
    internal bool IsKeptFromWriting { get; private init; }

    /// <summary>Describes the payload of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="specification">The specification of the sandbox.</param>
    /// <param name="plan">The compiled setup of the sandbox.</param>
    /// <param name="isOnly">Whether the sandbox ends with the command.</param>
    internal static Payload Of(
        SandboxCommand command, SandboxSpecification specification, SandboxPlan plan, bool isOnly)
    {
        ProcessCredentials facts = ProcessCredentials.Current;
        SandboxUser user = command.User ?? specification.User;
        HostOwner? id = plan.IdMap is { } map ? map.OwnerOf(user)
            : user == SandboxUser.SameAsHost ? new HostOwner(facts.UserId, facts.GroupId)
            : specification.Namespaces.User is HostNamespace ? new HostOwner(user.UserId, user.GroupId)
            : null;
        bool isHost = plan.IdMap is null && user == SandboxUser.SameAsHost;
        LandlockFileAccess files = plan.Landlock is null
            ? LandlockFileAccess.None
            : plan.LandlockPlan?.Files ?? LandlockFileAccess.None;
        return new Payload
        {
            Id = id,
            MayBePrivileged = !(command.Capabilities ?? specification.Capabilities).IsEmpty
                || specification.Hardening.NewPrivileges == NewPrivileges.Allowed,
            GivenFiles = facts.MayMapAnyIds && !isHost ? id : null,
            IsRestricted = files != LandlockFileAccess.None,
            IsKeptFromReading = files.HasFlag(LandlockFileAccess.ReadFile) && !isOnly && plan.Landlock!.Kept.IsDefault,
            IsKeptFromWriting = files.HasFlag(LandlockFileAccess.WriteFile | LandlockFileAccess.Truncate),
        };
    }

    /// <summary>
    /// Returns whether permission bits alone let the payload read a file that it reopens. Access control lists are
    /// ignored, so the payload may be able to read even if the result is false.
    /// </summary>
    internal bool MayRead(FileStatus file) =>
        (file.Mode & (file.UserId == Id?.User ? OwnerRead : file.GroupId == Id?.Group ? GroupRead : OthersRead)) != 0;

    /// <summary>
    /// Returns whether permission bits alone might let the payload write to a file. An access control list that grants
    /// writing shows in the group bits.
    /// </summary>
    internal bool MightWrite(FileStatus file) => Id is not { } id || MayBePrivileged || file.UserId == id.User
        || (file.Mode & OthersWrite) != 0;
}
