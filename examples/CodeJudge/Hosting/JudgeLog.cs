namespace CodeJudge;

/// <summary>Provides the log messages of the judge.</summary>
internal static partial class JudgeLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Language} is not available on this machine: {Reason}")]
    public static partial void LanguageMissing(ILogger logger, string language, string reason);

    [LoggerMessage(
        2, LogLevel.Information,
        "Judging started: {Waiting} submissions waiting, {Workers} concurrent programs, data in {Directory}.")]
    public static partial void Begin(ILogger logger, long waiting, int workers, string directory);

    [LoggerMessage(3, LogLevel.Information, "Submission {Id} ({Problem}, {Language}): {Verdict}")]
    public static partial void Judged(
        ILogger logger, long id, string problem, string language, Judging.Verdict verdict);

    [LoggerMessage(4, LogLevel.Error, "Submission {Id} could not be judged in attempt {Attempt}.")]
    public static partial void AttemptFailed(ILogger logger, long id, int attempt, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "Submission {Id} already has a verdict; the new one is discarded.")]
    public static partial void AlreadyJudged(ILogger logger, long id);

    [LoggerMessage(6, LogLevel.Critical, "A database operation failed and will be retried.")]
    public static partial void DatabaseFailed(ILogger logger, Exception exception);

    [LoggerMessage(7, LogLevel.Warning, "Limits on this machine are weaker than intended. {Weakness}")]
    public static partial void Weak(ILogger logger, string weakness);
}
