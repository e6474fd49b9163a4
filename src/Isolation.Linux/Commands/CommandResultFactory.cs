using Isolation.Linux.Init;

namespace Isolation.Linux.Commands;

/// <summary>Makes a result of what init and the control groups tell of a command's end.</summary>
internal static class CommandResultFactory
{
    /// <summary>What init tells.</summary>
    /// <param name="report">The message.</param>
    /// <param name="killReason">Why the host had it killed; null if it did not.</param>
    internal static SandboxResult Read(in ExitReport report, SandboxOutcome? killReason)
    {
        int signal = report.Status & 0x7F;
        int exitCode = (report.Status >> 8) & 0xFF;
        SandboxUsage usage = FromStart(
            new SandboxUsage
            {
                UserCpuTime = Duration(report.Usage.UserSeconds, report.Usage.UserMicroseconds * 1000),
                SystemCpuTime = Duration(report.Usage.SystemSeconds, report.Usage.SystemMicroseconds * 1000),
                PeakMemory = report.Usage.MaximumResidentSet * 1024,
                PageFaults = report.Usage.MinorFaults + report.Usage.MajorFaults,
                MajorPageFaults = report.Usage.MajorFaults,
            },
            CpuTimeAtStart(report));
        return new SandboxResult
        {
            Outcome = signal == (int)UnixSignal.SIGKILL && killReason is { } reason ? reason
                : signal != 0 ? SandboxOutcome.Signaled
                : SandboxOutcome.Completed,
            ExitCode = signal == 0 ? exitCode : null,
            Signal = signal == 0 ? null : (UnixSignal)signal,
            WallTime = Duration(
                report.EndSeconds - report.StartSeconds, report.EndNanoseconds - report.StartNanoseconds),
            UserCpuTime = usage.UserCpuTime,
            SystemCpuTime = usage.SystemCpuTime,
            PeakMemory = usage.PeakMemory!.Value,
            Usage = usage,
        };
    }

    internal static TimeSpan CpuTimeAtStart(in ExitReport report) =>
        Duration(report.CpuAtStartSeconds, report.CpuAtStartNanoseconds);

    /// <summary>
    /// Figures without what the command's process did before it became the payload, which is all work of the kernel.
    /// </summary>
    internal static SandboxUsage FromStart(SandboxUsage usage, TimeSpan cpuTimeAtStart)
    {
        TimeSpan system = usage.SystemCpuTime - cpuTimeAtStart;
        return system >= TimeSpan.Zero
            ? usage with { SystemCpuTime = system }
            : usage with { SystemCpuTime = TimeSpan.Zero,
                UserCpuTime = TimeSpan.FromTicks(Math.Max(0, (usage.UserCpuTime + system).Ticks)) };
    }

    /// <summary>
    /// A result that tells at least the CPU time that was measured. What nobody waited for counts as the payload's own.
    /// </summary>
    internal static SandboxResult WithCpuTime(SandboxResult result, TimeSpan measured)
    {
        TimeSpan missing = measured - (result.UserCpuTime + result.SystemCpuTime);
        if (missing > TimeSpan.Zero)
        {
            result = result with { UserCpuTime = result.UserCpuTime + missing };
        }

        return result.Usage is { } usage && measured > usage.CpuTime
            ? result with { Usage = usage with { UserCpuTime = usage.UserCpuTime + measured - usage.CpuTime } }
            : result;
    }

    /// <summary>
    /// Names the limit that a command went beyond, where the host did not kill it for one. Times are held to what was
    /// measured, be it that the command ended by itself before the host came to look; of a refusal it is taken that the
    /// command made do with it if it succeeded.
    /// </summary>
    /// <param name="result">The result with its figures.</param>
    /// <param name="command">The command with its limits.</param>
    /// <param name="filterKills">Whether its filter kills at some call.</param>
    internal static SandboxResult Judge(SandboxResult result, SandboxCommand command, bool filterKills)
    {
        if (result.Outcome is not (SandboxOutcome.Completed or SandboxOutcome.Signaled))
        {
            return result;
        }

        bool failed = !result.IsSuccess;
        TimeSpan cpuTime = result.Usage?.CpuTime ?? (result.UserCpuTime + result.SystemCpuTime);
        return result with
        {
            Outcome = failed && result.Usage?.OutOfMemoryKills > 0 ? SandboxOutcome.MemoryExceeded
                : cpuTime > command.CpuTime || IsBeyondResourceLimit(result, command, cpuTime)
                    ? SandboxOutcome.CpuTimeExceeded
                : result.WallTime > command.WallTime ? SandboxOutcome.WallTimeExceeded
                : result.Signal == UnixSignal.SIGXFSZ && Find(command, LimitedResource.FileSize) is not null
                    ? SandboxOutcome.FileSizeExceeded
                : result.Signal == UnixSignal.SIGSYS && filterKills ? SandboxOutcome.SystemCallDenied
                : failed && result.Usage?.RefusedProcesses > 0 ? SandboxOutcome.ProcessesExceeded
                : result.Outcome,
        };
    }

    /// <summary>
    /// The kernel sends SIGXCPU at the soft limit of RLIMIT_CPU, which is of each process by itself, and SIGKILL at the
    /// hard one. It goes by time that it samples at its ticks, which may be far ahead of what was taken.
    /// </summary>
    private static bool IsBeyondResourceLimit(SandboxResult result, SandboxCommand command, TimeSpan cpuTime) =>
        (Find(command, LimitedResource.CpuTime) ?? CpuTimeWall.Of(command)) is { } limit
        && (result.Signal == UnixSignal.SIGXCPU
            || (result.Signal == UnixSignal.SIGKILL && cpuTime.TotalSeconds * CpuTimeWall.SamplingError >= limit.Hard));

    private static ResourceLimit? Find(SandboxCommand command, LimitedResource resource)
    {
        foreach (ResourceLimit limit in command.ResourceLimits.AsSpan())
        {
            if (limit.Resource == resource)
            {
                return limit;
            }
        }

        return null;
    }

    private static TimeSpan Duration(long seconds, long nanoseconds) =>
        new((seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100));
}
