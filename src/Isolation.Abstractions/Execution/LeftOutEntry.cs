namespace Isolation;

/// <summary>Something that was left out.</summary>
/// <param name="Path">Relative to the folder that was taken. Untrusted, like every name in a sandbox.</param>
/// <param name="Reason">Such as <c>a symbolic link</c>, or the error of the kernel by its name.</param>
public sealed record LeftOutEntry(string Path, string Reason);
