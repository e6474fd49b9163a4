using Isolation.Linux.Init;
using Isolation.Linux.Seccomp.Supervision;

namespace Isolation.Linux.Commands;

/// <summary>Creates results from the reports of init and the cgroups about a command's end.</summary>
internal static class CommandResultFactory
{
    /// <summary>Creates a result from init's report.</summary>
    /// <param name="report">The message.</param>
    /// <param name="killReason">The reason why the application killed the command; null if it did not.</param>
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
    /// Subtracts the usage of the command's process before it became the payload, which is all work of the kernel.
    /// </summary>
    internal static SandboxUsage FromStart(SandboxUsage usage, TimeSpan cpuTimeAtStart)
    {
        TimeSpan system = usage.SystemCpuTime - cpuTimeAtStart;
        return system >= TimeSpan.Zero
            ? usage with { SystemCpuTime = system }
            : usage with
            {
                SystemCpuTime = TimeSpan.Zero,
                UserCpuTime = TimeSpan.FromTicks(Math.Max(0, (usage.UserCpuTime + system).Ticks))
            };
    }

    /// <summary>
    /// Creates a result with at least the measured CPU time. Processes that nothing waited for count as the payload's.
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

    /// <summary>Adds what a supervisor observed to a result.</summary>
    internal static SandboxResult WithObservation(SandboxResult result, SystemCallSupervisor supervisor) => result with
    {
        ObservedCalls = supervisor.Observed,
        SystemCallHandlerFailure = supervisor.Failure,
        Outcome = supervisor.HasKilled
            && result is { Outcome: SandboxOutcome.Signaled, Signal: UnixSignal.SIGKILL }
            ? SandboxOutcome.SystemCallDenied
            : result.Outcome,
    };

    /// <summary>
    /// Names the limit that a command exceeded, if the application did not kill it for one. Times are compared with the
    /// measured values, even if the command ended before the application checked. A command that succeeded despite a
    /// denied resource is assumed to have handled the error.
    /// </summary>
    /// <param name="result">The result with its figures.</param>
    /// <param name="command">The command with its limits.</param>
    /// <param name="filterKills">Whether the command's filter kills at some system call.</param>
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
    /// Returns whether RLIMIT_CPU ended the command. The kernel sends SIGXCPU at the soft limit and SIGKILL at the hard
    /// limit, for each process separately. It samples time at its ticks, which may far exceed the time used.
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
