namespace Isolation;

/// <summary>Validates <see cref="SandboxLimits"/>.</summary>
internal static class LimitRules
{
    private const int Period = 100_000;
    private const int MaximumNumber = 8192;

    // Memory counts before a program runs: the kernel's structures for its process, its arguments, its first pages.
    private const long SmallestMemory = 64 << 10;

    // The kernel packs a device into 12 bits for the major number and 20 for the minor.
    private const int MaximumMajor = 0xFFF;
    private const int MaximumMinor = 0xFFFFF;
    private const int MaximumDeviceRules = 1000;
    private const long SmallestHugePage = 64L << 10;
    private const long LargestHugePage = 16L << 30;

    public static void Check(SandboxLimits? limits, ref ErrorList errors)
    {
        if (limits is null)
        {
            return;
        }

        Add("Requirement", EnumRules.FindFault(limits.Requirement), ref errors);
        Add("ParentGroup", limits.ParentGroup is null ? null : PathRules.FindAbsoluteFault(limits.ParentGroup),
            ref errors);
        Add("CgroupPath", limits.CgroupPath is null ? null : FindCgroupFault(limits.CgroupPath, limits), ref errors);
        CheckMemory(limits, ref errors);
        CheckCpu(limits, ref errors);
        CheckRange("Processes", limits.Processes, 1, int.MaxValue, ref errors);
        CheckRange("InputOutputWeight", limits.InputOutputWeight, 1, 1000, ref errors);
        CheckDevices(limits.InputOutput.AsSpan(), ref errors);
        CheckHugePages(limits.HugePages.AsSpan(), ref errors);
        CheckDeviceRules(limits.Devices.GetValueOrDefault().AsSpan(), ref errors);
    }

    private static string? FindCgroupFault(string path, SandboxLimits limits)
    {
        if (limits.ParentGroup is not null)
        {
            return "Cannot be combined with ParentGroup.";
        }

        if (path == "/")
        {
            return "Is the root cgroup, which cannot be the cgroup of a sandbox.";
        }

        // The kernel refuses line breaks, which would make /proc/PID/cgroup ambiguous.
        return PathRules.FindTargetFault(path)
            ?? (path.Contains('\n', StringComparison.Ordinal) ? "Contains a line break." : null)
            ?? (path.Split('/').FirstOrDefault(IsReserved) is { } name
                ? $"Contains the name {name}, but names of this form belong to cgroups that the library names itself."
                : null);
    }

    /// <summary>
    /// Returns whether a name has the form of the provider's own, which tells that the cgroup may be removed when a
    /// certain process has ended.
    /// </summary>
    private static bool IsReserved(string name) =>
        name.Split('-') is ["isolation", .. var numbers] && numbers.Length == 4
        && numbers.All(static number => number.Length > 0 && number.All(char.IsAsciiDigit));

    private static void CheckMemory(SandboxLimits limits, ref ErrorList errors)
    {
        if (limits.Memory < SmallestMemory)
        {
            Add("Memory",
                $"Must be at least {SmallestMemory} bytes, but is {limits.Memory}; no program can start with less.",
                ref errors);
        }

        CheckRange("MemoryHigh", limits.MemoryHigh, 1, long.MaxValue, ref errors);
        CheckRange("MemoryLow", limits.MemoryLow, 1, long.MaxValue, ref errors);
        CheckRange("MemoryMin", limits.MemoryMin, 1, long.MaxValue, ref errors);
        CheckRange("Swap", limits.Swap, 0, long.MaxValue, ref errors);
        Add("OutOfMemoryKill", EnumRules.FindFault(limits.OutOfMemoryKill), ref errors);
        foreach ((string member, long? value) in (ReadOnlySpan<(string, long?)>)[("MemoryHigh", limits.MemoryHigh),
            ("MemoryLow", limits.MemoryLow), ("MemoryMin", limits.MemoryMin)])
        {
            if (value > limits.Memory)
            {
                Add(member, $"Must not exceed Memory ({limits.Memory}), but is {value}.", ref errors);
            }
        }

        if (limits.Swap is { } swap && limits.Memory is { } memory && swap > long.MaxValue - memory)
        {
            Add("Swap", "Is too large: the sum of Swap and Memory overflows.", ref errors);
        }
    }

    private static void CheckCpu(SandboxLimits limits, ref ErrorList errors)
    {
        if (limits.Cpu is { } cpu && cpu is not (>= 0.01 and <= 10_000))
        {
            Add("Cpu", $"Must be 0.01 to 10000 cores, but is {cpu}.", ref errors);
        }

        if (limits.CpuBurst is { } burst)
        {
            if (limits.Cpu is not { } cores)
            {
                Add("CpuBurst", "Requires Cpu, because a burst uses time that the Cpu limit left unused.", ref errors);
            }
            else if (burst < TimeSpan.Zero || burst.TotalMicroseconds > cores * Period)
            {
                Add("CpuBurst",
                    $"Must be 0 to {cores * Period / 1000} ms (what Cpu allows in 100 ms), but is "
                    + $"{burst.TotalMilliseconds} ms.", ref errors);
            }
        }

        CheckRange("CpuWeight", limits.CpuWeight, 1, 10_000, ref errors);
        CheckNumbers("Cpus", limits.Cpus.AsSpan(), ref errors);
        CheckNumbers("MemoryNodes", limits.MemoryNodes.AsSpan(), ref errors);
    }

    private static void CheckNumbers(string member, ReadOnlySpan<int> numbers, ref ErrorList errors)
    {
        for (int index = 0; index < numbers.Length; index++)
        {
            CheckRange($"{member}[{index}]", numbers[index], 0, MaximumNumber - 1, ref errors);
            if (numbers[..index].Contains(numbers[index]))
            {
                Add($"{member}[{index}]", $"{numbers[index]} is already in the list.", ref errors);
            }
        }
    }

    private static void CheckDevices(ReadOnlySpan<DeviceBandwidth> devices, ref ErrorList errors)
    {
        HashSet<(int, int)> seen = [];
        for (int index = 0; index < devices.Length; index++)
        {
            string member = $"InputOutput[{index}]";
            if (devices[index] is not { } device)
            {
                Add(member, "Is null.", ref errors);
                continue;
            }

            CheckRange($"{member}.Major", device.Major, 0, MaximumMajor, ref errors);
            CheckRange($"{member}.Minor", device.Minor, 0, MaximumMinor, ref errors);
            CheckRange($"{member}.ReadBytes", device.ReadBytes, 1, long.MaxValue, ref errors);
            CheckRange($"{member}.WrittenBytes", device.WrittenBytes, 1, long.MaxValue, ref errors);
            CheckRange($"{member}.Reads", device.Reads, 1, int.MaxValue, ref errors);
            CheckRange($"{member}.Writes", device.Writes, 1, int.MaxValue, ref errors);
            if (!seen.Add((device.Major, device.Minor)))
            {
                Add(member, $"Device {device.Major}:{device.Minor} is already in the list.", ref errors);
            }
        }
    }

    private static void CheckHugePages(ReadOnlySpan<HugePageLimit> limits, ref ErrorList errors)
    {
        HashSet<long> seen = [];
        for (int index = 0; index < limits.Length; index++)
        {
            string member = $"HugePages[{index}]";
            if (limits[index] is not { } limit)
            {
                Add(member, "Is null.", ref errors);
                continue;
            }

            if (limit.PageSize is < SmallestHugePage or > LargestHugePage || !long.IsPow2(limit.PageSize))
            {
                Add($"{member}.PageSize", $"Must be a power of two from 64 KiB to 16 GiB, but is {limit.PageSize}.",
                    ref errors);
            }

            CheckRange($"{member}.Bytes", limit.Bytes, 0, long.MaxValue, ref errors);
            if (!seen.Add(limit.PageSize))
            {
                Add(member, $"Pages of {limit.PageSize} bytes are already in the list.", ref errors);
            }
        }
    }

    private static void CheckDeviceRules(ReadOnlySpan<DeviceRule> rules, ref ErrorList errors)
    {
        if (rules.Length > MaximumDeviceRules)
        {
            Add("Devices", $"Must have at most {MaximumDeviceRules} rules, but has {rules.Length}.", ref errors);
        }

        for (int index = 0; index < rules.Length; index++)
        {
            string member = $"Devices[{index}]";
            if (rules[index] is not { } rule)
            {
                Add(member, "Is null.", ref errors);
                continue;
            }

            switch (rule)
            {
                case DevicesByNumber devices:
                    Add($"{member}.Kind", EnumRules.FindFault(devices.Kind), ref errors);
                    CheckRange($"{member}.Major", devices.Major, 0, MaximumMajor, ref errors);
                    CheckRange($"{member}.Minor", devices.Minor, 0, MaximumMinor, ref errors);
                    break;
                case DeviceByPath device:
                    Add($"{member}.Path", PathRules.FindAbsoluteFault(device.Path), ref errors);
                    break;
            }

            Add($"{member}.Access", EnumRules.FindFault(rule.Access), ref errors);
        }
    }

    private static void CheckRange(string member, long? value, long least, long most, ref ErrorList errors)
    {
        if (value < least || value > most)
        {
            Add(member, most is long.MaxValue or int.MaxValue
                ? $"Must be at least {least}, but is {value}."
                : $"Must be {least} to {most}, but is {value}.", ref errors);
        }
    }

    private static void Add(string member, string? fault, ref ErrorList errors)
    {
        if (fault is not null)
        {
            errors.Add($"{nameof(SandboxSpecification.Limits)}.{member}", fault);
        }
    }
}
