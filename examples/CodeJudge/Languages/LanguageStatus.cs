namespace CodeJudge.Languages;

/// <summary>Whether a language works on this machine.</summary>
/// <param name="Language">The language.</param>
/// <param name="Missing">Why it does not; null if it does.</param>
internal sealed record LanguageStatus(Language Language, string? Missing)
{
    public bool IsAvailable => Missing is null;
}
