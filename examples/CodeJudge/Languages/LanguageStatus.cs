namespace CodeJudge.Languages;

/// <summary>Represents the status of a language on this machine.</summary>
/// <param name="Language">The language.</param>
/// <param name="Missing">The reason why the language is not available, or null.</param>
internal sealed record LanguageStatus(Language Language, string? Missing)
{
    public bool IsAvailable => Missing is null;
}
