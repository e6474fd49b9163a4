using System.Globalization;

namespace Isolation.Linux.Cgroups.V2;

/// <summary>Limits in the words of v2; see the kernel's Documentation/admin-guide/cgroup-v2.rst.</summary>
internal static class UnifiedSettings
{
    private const int Period = 100_000;

    internal static IEnumerable<GroupSetting> Of(string limit, SandboxLimits limits)
    {
        string controller = LimitControllers.Of(limit);
        return limit switch
        {
            nameof(SandboxLimits.Memory) => [new(limit, controller, "memory.max", Text(limits.Memory!.Value))],
            nameof(SandboxLimits.MemoryHigh) => [new(limit, controller, "memory.high", Text(limits.MemoryHigh!.Value))],
            nameof(SandboxLimits.MemoryLow) => [new(limit, controller, "memory.low", Text(limits.MemoryLow!.Value))],
            nameof(SandboxLimits.MemoryMin) => [new(limit, controller, "memory.min", Text(limits.MemoryMin!.Value))],
            nameof(SandboxLimits.Swap) => [new(limit, controller, "memory.swap.max", Text(limits.Swap!.Value))],
            nameof(SandboxLimits.OutOfMemoryKill) => [new(limit, controller, ["memory.oom.group"], "1", GroupLevel.Run)],
            nameof(SandboxLimits.Cpu) => [new(limit, controller, "cpu.max", $"{Text((long)(limits.Cpu!.Value * Period))} {Text(Period)}")],
            nameof(SandboxLimits.CpuBurst) => [new(limit, controller, "cpu.max.burst", Text((long)limits.CpuBurst!.Value.TotalMicroseconds))],
            nameof(SandboxLimits.CpuWeight) => [new(limit, controller, "cpu.weight", Text(limits.CpuWeight!.Value))],
            nameof(SandboxLimits.Cpus) => [new(limit, controller, "cpuset.cpus", string.Join(',', limits.Cpus))],
            nameof(SandboxLimits.MemoryNodes) => [new(limit, controller, "cpuset.mems", string.Join(',', limits.MemoryNodes))],
            nameof(SandboxLimits.Processes) => [new(limit, controller, "pids.max", Text(limits.Processes!.Value))],
            nameof(SandboxLimits.InputOutputWeight) => [new(limit, controller, ["io.weight", "io.bfq.weight"], $"default {Text(limits.InputOutputWeight!.Value)}")],
            nameof(SandboxLimits.InputOutput) => limits.InputOutput.Select(device => new GroupSetting(limit, controller, "io.max", Text(device))),
            nameof(SandboxLimits.HugePages) => limits.HugePages.Select(pages =>
                new GroupSetting(limit, controller, $"hugetlb.{LimitControllers.PageSize(pages.PageSize)}.max", Text(pages.Bytes))),
            _ => [],
        };
    }

    private static string Text(DeviceBandwidth device)
    {
        (string Key, long? Value)[] values = [("rbps", device.ReadBytes), ("wbps", device.WrittenBytes), ("riops", device.Reads), ("wiops", device.Writes)];
        IEnumerable<string> set = values.Select(one => $"{one.Key}={(one.Value is { } value ? Text(value) : "max")}");
        return string.Create(CultureInfo.InvariantCulture, $"{device.Major}:{device.Minor} {string.Join(' ', set)}");
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
