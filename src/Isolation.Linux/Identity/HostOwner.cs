namespace Isolation.Linux.Identity;

/// <summary>Represents a user id and a group id of the host.</summary>
/// <param name="User">The user id.</param>
/// <param name="Group">The group id.</param>
internal readonly record struct HostOwner(uint User, uint Group);
