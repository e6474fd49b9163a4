namespace Isolation;

/// <summary>Validates resource limits, the nice value and affinity.</summary>
internal static class SchedulingRules
{
    // The largest NR_CPUS of kernel configurations.
    private const int MaximumCpus = 8192;

    public static void Check(SandboxCommand command, ref ErrorList errors)
    {
        CheckLimits(command.ResourceLimits.AsSpan(), ref errors);
        if (command.Nice is < -20 or > 19)
        {
            errors.Add("Nice", $"Must be -20 to 19, but is {command.Nice}.");
        }

        if (!command.Affinity.IsDefaultOrEmpty)
        {
            CheckAffinity(command.Affinity.AsSpan(), ref errors);
        }
    }

    private static void CheckLimits(ReadOnlySpan<ResourceLimit> limits, ref ErrorList errors)
    {
        int seen = 0;
        for (int index = 0; index < limits.Length; index++)
        {
            ResourceLimit limit = limits[index];
            if (EnumRules.FindFault(limit.Resource) is { } fault)
            {
                errors.Add($"ResourceLimits[{index}].Resource", fault);
                continue;
            }

            int bit = 1 << (int)limit.Resource;
            if ((seen & bit) != 0)
            {
                errors.Add($"ResourceLimits[{index}].Resource", $"{limit.Resource} is already limited.");
            }

            seen |= bit;
            if (limit.Soft > limit.Hard)
            {
                errors.Add(
                    $"ResourceLimits[{index}].Soft",
                    $"Must be at most the hard limit {limit.Hard}, but is {limit.Soft}.");
            }
        }
    }

    private static void CheckAffinity(ReadOnlySpan<int> cpus, ref ErrorList errors)
    {
        Span<ulong> seen = stackalloc ulong[MaximumCpus / 64];
        seen.Clear();
        for (int index = 0; index < cpus.Length; index++)
        {
            int cpu = cpus[index];
            if (cpu is < 0 or >= MaximumCpus)
            {
                errors.Add($"Affinity[{index}]", $"Must be a CPU number, 0 to {MaximumCpus - 1}, but is {cpu}.");
                continue;
            }

            ulong bit = 1ul << (cpu % 64);
            if ((seen[cpu / 64] & bit) != 0)
            {
                errors.Add($"Affinity[{index}]", $"CPU {cpu} is already in the list.");
            }

            seen[cpu / 64] |= bit;
        }
    }
}
