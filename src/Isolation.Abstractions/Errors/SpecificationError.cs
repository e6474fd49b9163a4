namespace Isolation;

/// <summary>Represents one error in a specification or command.</summary>
/// <param name="Member">The member that has the error, such as <c>Mounts[2].Target</c>.</param>
/// <param name="Message">A description of the error and of the expected value.</param>
public sealed record SpecificationError(string Member, string Message);
