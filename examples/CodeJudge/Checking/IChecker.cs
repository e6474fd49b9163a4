namespace CodeJudge.Checking;

/// <summary>
/// Judges the answer of a program. It is part of the judge and trusted; what it reads of the program is not.
/// </summary>
internal interface IChecker
{
    /// <summary>
    /// The same words give the same answer, however long they are: no recursion, no memory beyond their length.
    /// </summary>
    /// <param name="input">What the program was given.</param>
    /// <param name="answer">An answer of the problem's author; may be empty.</param>
    /// <param name="output">What the program wrote.</param>
    CheckResult Check(ReadOnlyMemory<byte> input, ReadOnlyMemory<byte> answer, ReadOnlyMemory<byte> output);
}
