namespace Isolation;

/// <summary>
/// The stage of a failure as a dimension of a metric. A stage such as <c>mount proc on /tmp/a1b2/proc</c> names its
/// objects; each would be a time series of its own, so only the words before the first object are kept.
/// </summary>
internal static class FailureStage
{
    private const int MaximumWords = 4;

    public static string Of(Exception exception) => exception switch
    {
        SandboxException { ErrorName: not null } failure => FirstWords(failure.Stage),
        SandboxException => "other",
        SandboxSpecificationException => "validate",
        PlatformNotSupportedException => "platform",
        _ => "other",
    };

    public static string TypeOf(Exception exception) =>
        (exception as SandboxException)?.ErrorName ?? exception.GetType().Name;

    private static string FirstWords(string stage)
    {
        string[] words = stage.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string kept = string.Join(' ', words.Take(MaximumWords).TakeWhile(IsWord));
        return kept.Length == 0 ? "other" : kept;
    }

    private static bool IsWord(string word) =>
        word.All(character => char.IsAsciiLetter(character) || character is '-' or '_');
}
