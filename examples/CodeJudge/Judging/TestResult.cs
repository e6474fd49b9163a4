namespace CodeJudge.Judging;

/// <summary>Represents the result of a test.</summary>
/// <param name="Number">The number of the test, starting from 1.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Detail">The reason for the verdict, for the author of the submission; may be empty.</param>
/// <param name="CpuMilliseconds">The CPU time of all processes.</param>
/// <param name="WallMilliseconds">The wall time.</param>
/// <param name="PeakMemory">The peak memory in bytes.</param>
internal sealed record TestResult(
    int Number, Verdict Verdict, string Detail, double CpuMilliseconds, double WallMilliseconds, long PeakMemory);
