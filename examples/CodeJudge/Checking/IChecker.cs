namespace CodeJudge.Checking;

/// <summary>Checks the answer of a program.</summary>
/// <remarks>The checker is a trusted part of the judge, but the output of the program is untrusted.</remarks>
internal interface IChecker
{
    /// <summary>Checks an answer.</summary>
    /// <remarks>
    /// The result depends only on the arguments. The check must handle output of any length: no recursion, and no
    /// memory beyond the length of the output.
    /// </remarks>
    /// <param name="input">The input of the program.</param>
    /// <param name="answer">The answer of the problem's author, or empty.</param>
    /// <param name="output">The output of the program.</param>
    CheckResult Check(ReadOnlyMemory<byte> input, ReadOnlyMemory<byte> answer, ReadOnlyMemory<byte> output);
}
