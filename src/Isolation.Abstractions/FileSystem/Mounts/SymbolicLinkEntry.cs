namespace Isolation;

/// <summary>A symbolic link.</summary>
/// <param name="Target">The absolute path of the link inside the sandbox.</param>
/// <param name="LinkText">What the link says.</param>
public sealed record SymbolicLinkEntry(string Target, string LinkText) : MountEntry(Target);
