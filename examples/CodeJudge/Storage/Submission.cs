namespace CodeJudge.Storage;

/// <summary>What somebody sent in. It is there before the sender is told that it was accepted, and stays.</summary>
internal sealed class Submission
{
    /// <summary>In the order in which they came.</summary>
    public long Id { get; set; }

    public required string Problem { get; set; }

    public required string Language { get; set; }

    public required string Source { get; set; }

    /// <summary>In UTC.</summary>
    public DateTime ReceivedAt { get; set; }

    /// <summary>
    /// What the sender calls it, so that a request that is sent again is not a second submission; null if nothing.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>How often its judging was begun.</summary>
    public int Attempts { get; set; }

    /// <summary>
    /// Whether there is a <see cref="Judgement"/>. Both are written at once; this is what the queue's index is of.
    /// </summary>
    public bool IsJudged { get; set; }

    public Judgement? Judgement { get; set; }
}
