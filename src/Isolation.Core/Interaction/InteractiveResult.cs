using System.Collections.Immutable;

namespace Isolation;

/// <summary>How two programs that talked to each other ended.</summary>
public sealed record InteractiveResult
{
    /// <summary>How the program that was judged ended.</summary>
    public required SandboxResult Solution { get; init; }

    /// <summary>How the program that it talked to ended.</summary>
    public required SandboxResult Interactor { get; init; }

    /// <summary>
    /// Who left first: it ended, was killed, or closed its end of one of the two pipes. What became of the other may
    /// only follow from that, such as a SIGPIPE or an end of input that it did not expect.
    /// </summary>
    public required InteractiveRole FirstToLeave { get; init; }

    /// <summary>
    /// Whether a limit of wall time ended a conversation in which both waited for the other, to write or to read: the
    /// first to leave has <see cref="SandboxOutcome.WallTimeExceeded"/>, and each had taken less CPU time in all than a
    /// quarter of the time since the last message. False where one of them computed; a program that sleeps waits as
    /// well.
    /// </summary>
    public bool HaveBothWaited { get; init; }

    /// <summary>
    /// What was said, in the order in which it was passed on, from the beginning on; see
    /// <see cref="InteractiveRun.WithTranscript"/>.
    /// </summary>
    public ImmutableArray<InteractiveMessage> Transcript { get; init; } = [];

    /// <summary>Whether more was said than the transcript has.</summary>
    public bool IsTranscriptTruncated { get; init; }

    /// <summary>How many bytes the solution wrote to the interactor.</summary>
    public long SolutionBytes { get; init; }

    /// <summary>How many bytes the interactor wrote to the solution.</summary>
    public long InteractorBytes { get; init; }

    /// <summary>From the start of the conversation until both had ended.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether both completed with exit code 0.</summary>
    public bool IsSuccess => Solution.IsSuccess && Interactor.IsSuccess;
}
