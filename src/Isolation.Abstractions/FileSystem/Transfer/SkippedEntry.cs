namespace Isolation;

/// <summary>Represents an entry that was not copied.</summary>
/// <param name="Path">
/// The path relative to the copied directory; <c>.</c> for that directory itself. Bytes that are not UTF-8, control
/// characters and line ends are written as <c>\x1B</c>, and a backslash as <c>\\</c>. The path is untrusted, like every
/// name in a sandbox.
/// </param>
/// <param name="Reason">The reason, such as <c>a symbolic link</c> or the name of the kernel's error.</param>
public sealed record SkippedEntry(string Path, string Reason);
