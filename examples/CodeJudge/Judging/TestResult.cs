namespace CodeJudge.Judging;

/// <summary>What became of one test.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Detail">Why, for the author of the submission; may be empty.</param>
/// <param name="CpuMilliseconds">CPU time of all its processes.</param>
/// <param name="WallMilliseconds">Time by the clock.</param>
/// <param name="PeakMemory">The most memory at once, in bytes.</param>
internal sealed record TestResult(
    int Number, Verdict Verdict, string Detail, double CpuMilliseconds, double WallMilliseconds, long PeakMemory);
