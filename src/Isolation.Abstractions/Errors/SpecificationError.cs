namespace Isolation;

/// <summary>One error in a specification or command.</summary>
/// <param name="Member">Where it is, such as <c>Mounts[2].Target</c>.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record SpecificationError(string Member, string Message);
