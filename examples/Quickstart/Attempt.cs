namespace Quickstart;

/// <summary>An attempt to get out of a sandbox, or at something outside it.</summary>
/// <param name="Title">What is tried.</param>
/// <param name="Script">How: for <c>sh</c>, or for <c>bash</c> where it has what is needed.</param>
/// <param name="Shell">The shell.</param>
/// <param name="IsUnharmed">Whether the host is as it was before.</param>
internal sealed record Attempt(string Title, string Script, string Shell, Func<bool> IsUnharmed);
