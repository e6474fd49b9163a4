namespace Isolation;

/// <summary>Creates a symbolic link inside the sandbox.</summary>
/// <param name="Target">The absolute path of the link inside the sandbox.</param>
/// <param name="LinkText">The path that the link contains.</param>
public sealed record SymbolicLinkEntry(string Target, string LinkText) : MountEntry(Target);
