namespace CodeJudge.Storage;

/// <summary>
/// Represents a submission, which is stored durably before the client is informed that it was accepted.
/// </summary>
internal sealed class Submission
{
    /// <summary>Gets or sets the ID, which increases in order of arrival.</summary>
    public long Id { get; set; }

    public required string Problem { get; set; }

    public required string Language { get; set; }

    public required string Source { get; set; }

    /// <summary>Gets or sets the time of arrival in UTC.</summary>
    public DateTime ReceivedAt { get; set; }

    /// <summary>
    /// Gets or sets the client's idempotency key, which prevents duplicate submissions by repeated requests, or null.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>Gets or sets the number of attempts to judge the submission.</summary>
    public int Attempts { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether there is a <see cref="Judgement"/>. Both are written in one transaction;
    /// the index of the queue uses this property.
    /// </summary>
    public bool IsJudged { get; set; }

    public Judgement? Judgement { get; set; }
}
