using System.Collections.Immutable;

namespace Isolation;

/// <summary>Represents the result of an <see cref="InteractiveRun"/>.</summary>
public sealed record InteractiveResult
{
    /// <summary>Gets the result of the solution.</summary>
    public required SandboxResult Solution { get; init; }

    /// <summary>Gets the result of the interactor.</summary>
    public required SandboxResult Interactor { get; init; }

    /// <summary>
    /// Gets the program that was the first to end, to be killed, or to close its end of one of the two pipes. The
    /// result of the other program may only be a consequence, such as SIGPIPE or an unexpected end of input.
    /// </summary>
    public required InteractiveRole FirstToLeave { get; init; }

    /// <summary>
    /// Gets a value indicating whether a wall-time limit ended a conversation in which both programs waited for each
    /// other, to write or to read.
    /// </summary>
    /// <remarks>
    /// This is the case if the first program to leave has <see cref="SandboxOutcome.WallTimeExceeded"/> and the total
    /// CPU time of each program is less than a quarter of the time since the last message. <see langword="false"/> if
    /// one of the programs was computing. A sleeping program counts as waiting.
    /// </remarks>
    public bool HaveBothWaited { get; init; }

    /// <summary>
    /// Gets the messages in the order in which they were forwarded, starting with the first; see
    /// <see cref="InteractiveRun.WithTranscript"/>.
    /// </summary>
    public ImmutableArray<InteractiveMessage> Transcript { get; init; } = [];

    /// <summary>Gets a value indicating whether the transcript is incomplete.</summary>
    public bool IsTranscriptTruncated { get; init; }

    /// <summary>Gets the number of bytes that the solution wrote to the interactor.</summary>
    public long SolutionBytes { get; init; }

    /// <summary>Gets the number of bytes that the interactor wrote to the solution.</summary>
    public long InteractorBytes { get; init; }

    /// <summary>Gets the time from the start of the conversation until both programs ended.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Gets a value indicating whether both programs completed with exit code 0.</summary>
    public bool IsSuccess => Solution.IsSuccess && Interactor.IsSuccess;
}
