namespace Isolation.Testing;

/// <summary>Represents the end of a <see cref="FakeProgram"/>.</summary>
public sealed record FakeExit
{
    /// <summary>Gets an exit with code 0.</summary>
    public static FakeExit Success { get; } = WithCode(0);

    /// <summary>Gets the outcome.</summary>
    public SandboxOutcome Outcome { get; init; }

    /// <summary>Gets the exit code, 0 to 255, or null if a signal ended the program.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Gets the signal that ended the program, or null if it exited.</summary>
    public UnixSignal? Signal { get; init; }

    /// <summary>Gets the CPU time in user mode. Default: none.</summary>
    public TimeSpan UserCpuTime { get; init; }

    /// <summary>Gets the CPU time in kernel mode. Default: none.</summary>
    public TimeSpan SystemCpuTime { get; init; }

    /// <summary>Gets the peak resident set size in bytes. Default: 0.</summary>
    public long PeakMemory { get; init; }

    /// <summary>Gets the complete usage of the program. Default: none.</summary>
    public SandboxUsage? Usage { get; init; }

    /// <summary>Creates an exit with the specified code.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is not in the range 0 to 255.</exception>
    public static FakeExit WithCode(int code)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, 255);
        return new FakeExit { Outcome = SandboxOutcome.Completed, ExitCode = code };
    }

    /// <summary>Creates an end by a signal that the sandbox did not send, for example after a crash.</summary>
    public static FakeExit BySignal(UnixSignal signal) => new() { Outcome = SandboxOutcome.Signaled, Signal = signal };

    /// <summary>
    /// Creates an end by SIGKILL with the specified outcome, such as <see cref="SandboxOutcome.MemoryExceeded"/>.
    /// </summary>
    public static FakeExit Killed(SandboxOutcome outcome) => new() { Outcome = outcome, Signal = UnixSignal.SIGKILL };
}
