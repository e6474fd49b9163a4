using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Commands.Payloads;

/// <summary>Adds the steps that set the resource limits, the nice value and the CPU affinity of a payload.</summary>
internal static class ResourceLimitSteps
{
    /// <summary>
    /// The core size limit, in bytes. It is smaller than any core file, and the only value with which the kernel does
    /// not start a core dump handler either (core(5)).
    /// </summary>
    private const ulong CoreLimit = 1;

    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    internal static void Add(ProgramBuilder b, SandboxCommand command, ImmutableArray<int> processors)
    {
        int set = 0;
        foreach (ResourceLimit limit in command.ResourceLimits.AsSpan())
        {
            set |= 1 << (int)limit.Resource;
            Set(limit);
        }

        if ((set & (1 << (int)LimitedResource.CoreFile)) == 0)
        {
            Set(new ResourceLimit(LimitedResource.CoreFile, CoreLimit));
        }

        foreach (ResourceLimit limit in ResourceLimit.Defaults.AsSpan())
        {
            if ((set & (1 << (int)limit.Resource)) == 0)
            {
                // The kernel rejects this only if the sandbox's first process has a lower limit, which then applies.
                (ulong soft, ulong hard) = Kernel.ReadResourceLimit((int)limit.Resource);
                long value = Bytes(Math.Min(soft, limit.Soft), Math.Min(hard, limit.Hard));
                b.Try(Calls.Prlimit64, 0, (int)limit.Resource, value, 0);
            }
        }

        if (command.Nice is { } nice)
        {
            b.Step("set the nice value", null, Calls.Setpriority, 0, 0, nice);
        }

        if (!command.Affinity.IsDefaultOrEmpty)
        {
            (int size, long mask) = Mask(command.Affinity);
            b.Step("set the CPU affinity", null, Calls.SchedSetaffinity, 0, size, mask);
        }
        else if (!processors.IsDefaultOrEmpty)
        {
            // This is a hint for the program, not a limit. It fails if the CPUs have meanwhile been taken away.
            (int size, long mask) = Mask(processors);
            b.Try(Calls.SchedSetaffinity, 0, size, mask);
        }

        (int Size, long Address) Mask(ImmutableArray<int> cpus)
        {
            int size = ((cpus.Max() / 64) + 1) * 8;
            long mask = b.Reserve(size);
            foreach (int cpu in cpus)
            {
                long word = mask + (cpu / 64 * 8);
                b.SetWord(word, b.GetWord(word) | (1L << (cpu % 64)));
            }

            return (size, mask);
        }

        void Set(ResourceLimit limit) =>
            b.Step(
                "set the resource limit", limit.Resource.ToString(),
                Calls.Prlimit64, 0, (int)limit.Resource, Bytes(limit.Soft, limit.Hard), 0);

        long Bytes(ulong soft, ulong hard) => b.AddBytes(MemoryMarshal.AsBytes<ulong>([soft, hard]));
    }
}
