using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Commands;

/// <summary>
/// A second wall behind <see cref="SandboxCommand.CpuTime"/>, held by the kernel alone: RLIMIT_CPU, which is of each
/// process by itself. It is at twice the limit, in whole seconds and one more, because the kernel goes by time that it
/// samples at its ticks, which on a busy machine may be twice what was taken.
/// </summary>
internal static class CpuTimeWall
{
    /// <summary>How many times the CPU time that was taken the kernel may have sampled on a busy machine.</summary>
    internal const double SamplingError = 2;

    /// <summary>
    /// The limit that a command's process gets; null if it has no limit of CPU time, or sets the resource limit itself.
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
    /// Sets the limit. A host that has a lower one is the narrower wall: the kernel refuses to raise it.
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
