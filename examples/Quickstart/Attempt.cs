namespace Quickstart;

/// <summary>Represents an attempt to break out of a sandbox or to access something outside it.</summary>
/// <param name="Title">The description of the attempt.</param>
/// <param name="Script">The script to run.</param>
/// <param name="Shell">The shell that runs the script, <c>sh</c> or <c>bash</c>.</param>
/// <param name="IsUnharmed">Returns <see langword="true"/> if the host is unchanged.</param>
internal sealed record Attempt(string Title, string Script, string Shell, Func<bool> IsUnharmed);
