namespace Isolation;

/// <summary>Converts the stage of a failure to a dimension of a metric.</summary>
/// <remarks>
/// A stage such as <c>mount proc on /tmp/a1b2/proc</c> contains object names, each of which would be a separate time
/// series. Therefore, only the words before the first object name are kept.
/// </remarks>
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
