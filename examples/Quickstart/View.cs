namespace Quickstart;

/// <summary>Represents information that a program can obtain about its machine.</summary>
/// <param name="Title">The name of the information.</param>
/// <param name="Script">The <c>sh</c> script that obtains the information.</param>
/// <param name="MustDiffer"><see langword="true"/> if the results outside and in the sandbox must differ.</param>
internal sealed record View(string Title, string Script, bool MustDiffer);
