namespace CodeJudge.Catalogue;

/// <summary>A test of a problem.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Input">What the program reads; with an interactor, what the interactor is told.</param>
/// <param name="Answer">What the checker is told; empty if there is nothing.</param>
internal sealed record ProblemTest(int Number, ReadOnlyMemory<byte> Input, ReadOnlyMemory<byte> Answer);
