using CodeJudge.Judging;

namespace CodeJudge.Storage;

/// <summary>Represents the result of a test of a submission.</summary>
internal sealed class JudgedTest
{
    public long SubmissionId { get; set; }

    public int Number { get; set; }

    public Verdict Verdict { get; set; }

    public required string Detail { get; set; }

    public double CpuMilliseconds { get; set; }

    public double WallMilliseconds { get; set; }

    public long PeakMemory { get; set; }
}
