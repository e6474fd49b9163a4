using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Commands;

/// <summary>
/// Provides a second limit behind <see cref="SandboxCommand.CpuTime"/>, enforced by the kernel alone: RLIMIT_CPU, which
/// applies to each process separately. It is twice the limit, in whole seconds, plus one second, because the kernel
/// samples time at its ticks; on a busy machine this may be twice the time used.
/// </summary>
internal static class CpuTimeWall
{
    /// <summary>The maximum ratio of sampled to used CPU time on a busy machine.</summary>
    internal const double SamplingError = 2;

    /// <summary>
    /// Gets the limit for a command's process; null if it has no CPU time limit, or sets the resource limit itself.
    /// </summary>
    internal static ResourceLimit? Of(SandboxCommand command)
    {
        if (command.CpuTime is not { } cpuTime)
        {
            return null;
        }

        foreach (ResourceLimit limit in command.ResourceLimits.AsSpan())
        {
            if (limit.Resource == LimitedResource.CpuTime)
            {
                return null;
            }
        }

        ulong seconds = (ulong)Math.Ceiling(cpuTime.TotalSeconds * SamplingError) + 1;
        return new ResourceLimit(LimitedResource.CpuTime, seconds, seconds + 1);
    }

    /// <summary>
    /// Sets the limit. A lower limit of the application stays in force, because the kernel denies raising it.
    /// </summary>
    internal static void Set(ProgramBuilder b, SandboxCommand command)
    {
        if (Of(command) is { } limit)
        {
            long bounds = b.AddWord((long)limit.Soft);
            b.AddWord((long)limit.Hard);
            b.Try(SystemCallTable.Current.Prlimit64, 0, (int)limit.Resource, bounds, 0);
        }
    }
}
