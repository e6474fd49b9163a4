namespace Quickstart;

/// <summary>Something that a program can find out about the machine it runs on.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Script">How <c>sh</c> finds out.</param>
/// <param name="MustDiffer">Whether inside must not be what it is outside.</param>
internal sealed record View(string Title, string Script, bool MustDiffer);
