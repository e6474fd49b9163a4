using System.Collections.Immutable;

namespace Isolation;

/// <summary>How a command ended and what it used.</summary>
public sealed record SandboxResult
{
    /// <summary>How it ended.</summary>
    public required SandboxOutcome Outcome { get; init; }

    /// <summary>The exit code, 0 to 255; null if a signal ended it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it; null if it exited.</summary>
    public UnixSignal? Signal { get; init; }

    /// <summary>From the program's start (execve) to its end, by the monotonic clock.</summary>
    public TimeSpan WallTime { get; init; }

    /// <summary>CPU time in user mode, of the command and those of its children that it waited for.</summary>
    public TimeSpan UserCpuTime { get; init; }

    /// <summary>CPU time in kernel mode, of the command and those of its children that it waited for.</summary>
    public TimeSpan SystemCpuTime { get; init; }

    /// <summary>
    /// The largest resident set of the command, or of one of its children that it waited for, in bytes.
    /// </summary>
    public long PeakMemory { get; init; }

    /// <summary>
    /// All figures of what it used: from its control group where <see cref="SandboxSpecification.Limits"/> is set, else
    /// from its processes. Null where nothing is known, such as of a command that ended with its sandbox.
    /// </summary>
    public SandboxUsage? Usage { get; init; }

    /// <summary>What was captured of standard output; empty if nothing was to be captured.</summary>
    public CapturedText StandardOutput { get; init; } = CapturedText.Empty;

    /// <summary>What was captured of standard error; empty if nothing was to be captured.</summary>
    public CapturedText StandardError { get; init; } = CapturedText.Empty;

    /// <summary>
    /// The system calls that were observed, the most frequent first; see
    /// <see cref="SystemCallSupervision.Observation"/>. Empty if none was to be.
    /// </summary>
    public ImmutableArray<ObservedCall> ObservedCalls { get; init; } = [];

    /// <summary>
    /// The first failure of <see cref="SystemCallSupervision.Handler"/>: what it threw, or a
    /// <see cref="TimeoutException"/>. Null if there was none.
    /// </summary>
    public Exception? SystemCallHandlerFailure { get; init; }

    /// <summary>
    /// What the sandbox was given, where <see cref="ISandbox.RunAsync"/> or <see cref="ISandboxProvider.RunAsync"/>
    /// made the result; else null: see <see cref="ISandbox.Report"/>.
    /// </summary>
    public SandboxReport? Report { get; init; }

    /// <summary>Whether it completed with exit code 0.</summary>
    public bool IsSuccess => Outcome == SandboxOutcome.Completed && ExitCode == 0;

    /// <summary>Throws unless the command completed with exit code 0.</summary>
    /// <returns>This result.</returns>
    /// <exception cref="SandboxCommandFailedException">It did not.</exception>
    public SandboxResult EnsureSuccess() => IsSuccess ? this : throw new SandboxCommandFailedException(this);
}
