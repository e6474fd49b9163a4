using CodeJudge.Judging;

namespace CodeJudge.Storage;

/// <summary>
/// The verdict of a submission. Its key is the submission, so the database itself takes no second one.
/// </summary>
internal sealed class Judgement
{
    public long SubmissionId { get; set; }

    public Verdict Verdict { get; set; }

    public required string Detail { get; set; }

    /// <summary>In UTC.</summary>
    public DateTime JudgedAt { get; set; }

    /// <summary>How many tests were accepted.</summary>
    public int Passed { get; set; }

    /// <summary>Of the test that took most.</summary>
    public double CpuMilliseconds { get; set; }

    /// <summary>Of the test that took most, in bytes.</summary>
    public long PeakMemory { get; set; }

    public List<JudgedTest> Tests { get; set; } = [];
}
