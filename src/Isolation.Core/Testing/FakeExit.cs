namespace Isolation;

/// <summary>How a <see cref="FakeProgram"/> ends.</summary>
public sealed record FakeExit
{
    /// <summary>It exits with code 0.</summary>
    public static FakeExit Success { get; } = WithCode(0);

    /// <summary>The outcome.</summary>
    public SandboxOutcome Outcome { get; init; }

    /// <summary>The exit code, 0 to 255; null if a signal ended it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it; null if it exited.</summary>
    public UnixSignal? Signal { get; init; }

    /// <summary>CPU time in user mode. Default: none.</summary>
    public TimeSpan UserCpuTime { get; init; }

    /// <summary>CPU time in kernel mode. Default: none.</summary>
    public TimeSpan SystemCpuTime { get; init; }

    /// <summary>The largest resident set in bytes. Default: 0.</summary>
    public long PeakMemory { get; init; }

    /// <summary>All figures of what it used. Default: none.</summary>
    public SandboxUsage? Usage { get; init; }

    /// <summary>It exits by itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is not 0 to 255.</exception>
    public static FakeExit WithCode(int code)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, 255);
        return new FakeExit { Outcome = SandboxOutcome.Completed, ExitCode = code };
    }

    /// <summary>A signal ends it that the sandbox did not send, such as at a crash.</summary>
    public static FakeExit BySignal(UnixSignal signal) => new() { Outcome = SandboxOutcome.Signaled, Signal = signal };

    /// <summary>It is killed for an outcome, such as <see cref="SandboxOutcome.MemoryExceeded"/>.</summary>
    public static FakeExit Killed(SandboxOutcome outcome) => new() { Outcome = outcome, Signal = UnixSignal.SIGKILL };
}
