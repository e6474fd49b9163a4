namespace Isolation;

/// <summary>Something that was left out.</summary>
/// <param name="Path">
/// The path relative to the directory that was taken; <c>.</c> for that directory. Bytes that are not UTF-8, control
/// characters and line ends are
/// written as <c>\x1B</c>, a backslash as <c>\\</c>. Untrusted, like every name in a sandbox.
/// </param>
/// <param name="Reason">The reason, such as <c>a symbolic link</c>, or the name of the kernel's error.</param>
public sealed record SkippedEntry(string Path, string Reason);
