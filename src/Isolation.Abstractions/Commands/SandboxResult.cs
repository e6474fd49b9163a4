using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Isolation;

/// <summary>Represents the result of a command: its outcome, its output and its resource usage.</summary>
public sealed record SandboxResult
{
    /// <summary>Gets the outcome of the command.</summary>
    public required SandboxOutcome Outcome { get; init; }

    /// <summary>Gets the exit code, 0 to 255, or <see langword="null"/> if a signal ended the command.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Gets the signal that ended the command, or <see langword="null"/> if the command exited.</summary>
    public UnixSignal? Signal { get; init; }

    /// <summary>Gets the time from the program's start (execve) to its end, measured by the monotonic clock.</summary>
    public TimeSpan WallTime { get; init; }

    /// <summary>Gets the CPU time in user mode of the command and of the children that it waited for.</summary>
    public TimeSpan UserCpuTime { get; init; }

    /// <summary>Gets the CPU time in kernel mode of the command and of the children that it waited for.</summary>
    public TimeSpan SystemCpuTime { get; init; }

    /// <summary>Gets the largest resident set, in bytes, of the command or of any child that it waited for.</summary>
    public long PeakMemory { get; init; }

    /// <summary>
    /// Gets the resource usage of the command: from its cgroup if <see cref="SandboxSpecification.Limits"/> is set;
    /// otherwise, from its processes. Null if nothing is known, such as when the command ended with its sandbox.
    /// </summary>
    public SandboxUsage? Usage { get; init; }

    /// <summary>Gets the captured standard output; empty if it was not captured.</summary>
    public CapturedText StandardOutput { get; init; } = CapturedText.Empty;

    /// <summary>Gets the captured standard error; empty if it was not captured.</summary>
    public CapturedText StandardError { get; init; } = CapturedText.Empty;

    /// <summary>
    /// Gets the observed system calls, the most frequent first; see <see cref="SystemCallSupervision.Observation"/>.
    /// Empty if observation was not requested.
    /// </summary>
    public ImmutableArray<ObservedCall> ObservedCalls { get; init; } = [];

    /// <summary>
    /// Gets the first failure of <see cref="SystemCallSupervision.Handler"/>: the exception that it threw, or a
    /// <see cref="TimeoutException"/>. Null if it did not fail.
    /// </summary>
    /// <remarks>The exception is not serialized with the result.</remarks>
    [JsonIgnore]
    public Exception? SystemCallHandlerFailure { get; init; }

    /// <summary>
    /// Gets the report of the sandbox if the result comes from <see cref="ISandbox.RunAsync"/> or
    /// <see cref="ISandboxProvider.RunAsync"/>; otherwise, <see langword="null"/>. See <see cref="ISandbox.Report"/>.
    /// </summary>
    /// <remarks>The report is not serialized with the result; use <see cref="SandboxReport.ToJson"/>.</remarks>
    [JsonIgnore]
    public SandboxReport? Report { get; init; }

    /// <summary>Gets a value indicating whether the command completed with exit code 0.</summary>
    public bool IsSuccess => Outcome == SandboxOutcome.Completed && ExitCode == 0;

    /// <summary>
    /// Returns the outcome, the usage and the beginning of both outputs in a few lines. Control characters in the
    /// outputs are escaped.
    /// </summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(Outcome);
        if (ExitCode is { } code)
        {
            text.Append(CultureInfo.InvariantCulture, $", exit code {code}");
        }

        if (Signal is { } signal)
        {
            text.Append(CultureInfo.InvariantCulture, $", signal {signal}");
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $" ({WallTime.TotalSeconds:0.000} s, CPU {(UserCpuTime + SystemCpuTime).TotalSeconds:0.000} s, "
            + $"{(Usage?.PeakMemory ?? PeakMemory) / 1024.0 / 1024:0.0} MiB)");
        Append("output", StandardOutput);
        Append("error", StandardError);
        return text.ToString();

        void Append(string name, CapturedText captured)
        {
            const int Longest = 200;
            if (captured.Bytes.Length > 0)
            {
                string shown = UntrustedText.Escape(captured.Text.TrimEnd(), Longest);
                text.Append('\n').Append(name).Append(": ").Append(shown);
            }
        }
    }

    /// <summary>Throws an exception unless the command completed with exit code 0.</summary>
    /// <returns>This result.</returns>
    /// <exception cref="SandboxCommandFailedException">The command did not complete with exit code 0.</exception>
    public SandboxResult EnsureSuccess() => IsSuccess ? this : throw new SandboxCommandFailedException(this);
}
