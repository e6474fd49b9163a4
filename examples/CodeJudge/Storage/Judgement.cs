using CodeJudge.Judging;

namespace CodeJudge.Storage;

/// <summary>Represents the verdict on a submission.</summary>
/// <remarks>Its primary key is the submission, so the database rejects a second verdict.</remarks>
internal sealed class Judgement
{
    public long SubmissionId { get; set; }

    public Verdict Verdict { get; set; }

    public required string Detail { get; set; }

    /// <summary>Gets or sets the time of the verdict in UTC.</summary>
    public DateTime JudgedAt { get; set; }

    /// <summary>Gets or sets the number of accepted tests.</summary>
    public int Passed { get; set; }

    /// <summary>Gets or sets the maximum CPU time of a test.</summary>
    public double CpuMilliseconds { get; set; }

    /// <summary>Gets or sets the maximum peak memory of a test in bytes.</summary>
    public long PeakMemory { get; set; }

    public List<JudgedTest> Tests { get; set; } = [];
}
