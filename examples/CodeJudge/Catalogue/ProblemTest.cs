namespace CodeJudge.Catalogue;

/// <summary>Represents a test of a problem.</summary>
/// <param name="Number">The number of the test, starting from 1.</param>
/// <param name="Input">The input of the program, or of the interactor if there is one.</param>
/// <param name="Answer">The answer for the checker, or empty.</param>
internal sealed record ProblemTest(int Number, ReadOnlyMemory<byte> Input, ReadOnlyMemory<byte> Answer);
