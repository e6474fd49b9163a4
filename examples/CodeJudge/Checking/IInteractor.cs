namespace CodeJudge.Checking;

/// <summary>Talks with a program and judges it by what it says. It is part of the judge and trusted.</summary>
internal interface IInteractor
{
    /// <summary>Talks until all is said, or the program says something that it may not, or falls silent for good.</summary>
    /// <param name="test">What the test says.</param>
    /// <param name="program">The program.</param>
    /// <param name="cancellationToken">The program's time is over.</param>
    Task<CheckResult> TalkAsync(ReadOnlyMemory<byte> test, Conversation program, CancellationToken cancellationToken);
}
