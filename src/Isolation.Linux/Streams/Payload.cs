using Isolation.Linux.Host;
using Isolation.Linux.Identity;
using Isolation.Linux.Interop;
using Isolation.Linux.Plans;



namespace Isolation.Linux.Streams;

/// <summary>
/// Who runs a command, as far as it decides what the command can do with a file of the host that it is given.
/// </summary>
internal sealed record Payload
{
    private const int OwnerRead = 0b100_000_000;
    private const int GroupRead = 0b000_100_000;
    private const int OthersRead = 0b000_000_100;
    private const int OthersWrite = 0b000_010_010;

    /// <summary>
    /// Gets who the payload is for the host; null where that is not known, as where a user namespace is joined.
    /// </summary>
    private HostOwner? Id { get; init; }

    /// <summary>Gets whether it has or may get capabilities.</summary>
    private bool MayBePrivileged { get; init; }

    /// <summary>Gets whom files are given to, where the host may give files away.</summary>
    internal HostOwner? GivenFiles { get; private init; }

    /// <summary>Gets whether Landlock restricts it.</summary>
    internal bool IsRestricted { get; private init; }

    /// <summary>
    /// Gets whether Landlock keeps it from reading all files that no rule is for, and no rule can be added.
    /// </summary>
    internal bool IsKeptFromReading { get; private init; }

    /// <summary>Gets whether Landlock keeps it from changing all files that no rule is for.</summary>
    internal bool IsKeptFromWriting { get; private init; }

    /// <summary>Describes the payload of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="specification">The sandbox.</param>
    /// <param name="setup">What it was made from.</param>
    /// <param name="isOnly">Whether the sandbox ends with it.</param>
    internal static Payload Of(
        SandboxCommand command, SandboxSpecification specification, CompiledSetup setup, bool isOnly)
    {
        ProcessCredentials facts = ProcessCredentials.Current;
        SandboxUser user = command.User ?? specification.User;
        HostOwner? id = setup.IdMap is { } map ? map.OwnerOf(user)
            : user == SandboxUser.SameAsHost ? new HostOwner(facts.UserId, facts.GroupId)
            : specification.Namespaces.User is HostNamespace ? new HostOwner(user.UserId, user.GroupId)
            : null;
        bool isHost = setup.IdMap is null && user == SandboxUser.SameAsHost;
        LandlockFileAccess files = setup.Landlock is null
            ? LandlockFileAccess.None
            : setup.LandlockPlan?.Files ?? LandlockFileAccess.None;
        return new Payload
        {
            Id = id,
            MayBePrivileged = !(command.Capabilities ?? specification.Capabilities).IsEmpty
                || specification.Hardening.NewPrivileges == NewPrivileges.Allowed,
            GivenFiles = facts.MayMapAnyIds && !isHost ? id : null,
            IsRestricted = files != LandlockFileAccess.None,
            IsKeptFromReading = files.HasFlag(LandlockFileAccess.ReadFile) && !isOnly && setup.Landlock!.Kept.IsDefault,
            IsKeptFromWriting = files.HasFlag(LandlockFileAccess.WriteFile | LandlockFileAccess.Truncate),
        };
    }

    /// <summary>
    /// Whether permissions alone let it read a file that it opens again. Access lists are not looked at, so it may be
    /// able to where this says no.
    /// </summary>
    internal bool MayRead(FileStatus file) =>
        (file.Mode & (file.UserId == Id?.User ? OwnerRead : file.GroupId == Id?.Group ? GroupRead : OthersRead)) != 0;

    /// <summary>
    /// Whether permissions alone might let it change a file: an access list that lets anybody write shows in the bits
    /// of the group.
    /// </summary>
    internal bool MightWrite(FileStatus file) => Id is not { } id || MayBePrivileged || file.UserId == id.User
        || (file.Mode & OthersWrite) != 0;
}
