using System.Globalization;
using Isolation.Linux.Cgroups.Layout;

namespace Isolation.Linux.Cgroups.Settings;

/// <summary>Translates limits to v2; see the kernel's Documentation/admin-guide/cgroup-v2.rst.</summary>
internal static class V2Settings
{
    private const int Period = 100_000;
    private const string None = "max";

    /// <summary>An empty list, which restores the parent's value; the kernel ignores a write of zero bytes.</summary>
    private const string OfParent = "\n";

    internal static IEnumerable<CgroupSetting> Of(string limit, SandboxLimits limits)
    {
        string controller = LimitControllers.Of(limit);
        return limit switch
        {
            nameof(SandboxLimits.Memory) => [new(limit, controller, "memory.max", Text(limits.Memory!.Value), None)],
            nameof(SandboxLimits.MemoryHigh) =>
                [new(limit, controller, "memory.high", Text(limits.MemoryHigh!.Value), None)],
            nameof(SandboxLimits.MemoryLow) =>
                [new(limit, controller, "memory.low", Text(limits.MemoryLow!.Value), "0")],
            nameof(SandboxLimits.MemoryMin) =>
                [new(limit, controller, "memory.min", Text(limits.MemoryMin!.Value), "0")],
            nameof(SandboxLimits.Swap) => [new(limit, controller, "memory.swap.max", Text(limits.Swap!.Value), None)],
            nameof(SandboxLimits.OutOfMemoryKill) =>
                [new(limit, controller, ["memory.oom.group"], "1", "0", CgroupLevel.Run)],
            nameof(SandboxLimits.Cpu) =>
                [new(limit, controller, "cpu.max", $"{Text((long)(limits.Cpu!.Value * Period))} {Text(Period)}", None)],
            nameof(SandboxLimits.CpuBurst) =>
                [new(limit, controller, "cpu.max.burst", Text((long)limits.CpuBurst!.Value.TotalMicroseconds), "0")],
            nameof(SandboxLimits.CpuWeight) =>
                [new(limit, controller, "cpu.weight", Text(limits.CpuWeight!.Value), "100")],
            nameof(SandboxLimits.Cpus) =>
                [new(limit, controller, "cpuset.cpus", string.Join(',', limits.Cpus), OfParent)],
            nameof(SandboxLimits.MemoryNodes) =>
                [new(limit, controller, "cpuset.mems", string.Join(',', limits.MemoryNodes), OfParent)],
            nameof(SandboxLimits.Processes) =>
                [new(limit, controller, "pids.max", Text(limits.Processes!.Value), None)],
            nameof(SandboxLimits.InputOutputWeight) =>
                [new(limit, controller, ["io.weight", "io.bfq.weight"],
                    $"default {Text(limits.InputOutputWeight!.Value)}", "default 100")],
            nameof(SandboxLimits.InputOutput) => limits.InputOutput.Select(device => Of(device, controller)),
            nameof(SandboxLimits.HugePages) => limits.HugePages.Select(pages =>
                new CgroupSetting(
                    limit, controller, $"hugetlb.{LimitControllers.PageSize(pages.PageSize)}.max",
                    Text(pages.Bytes), None)),
            _ => [],
        };
    }

    private static CgroupSetting Of(DeviceBandwidth device, string controller)
    {
        string number = string.Create(CultureInfo.InvariantCulture, $"{device.Major}:{device.Minor}");
        (string Key, long? Value)[] values = [("rbps", device.ReadBytes), ("wbps", device.WrittenBytes),
            ("riops", device.Reads), ("wiops", device.Writes)];
        IEnumerable<string> set = values.Select(one => $"{one.Key}={(one.Value is { } value ? Text(value) : None)}");
        return new CgroupSetting(
            nameof(SandboxLimits.InputOutput), controller, "io.max", $"{number} {string.Join(' ', set)}",
            $"{number} rbps=max wbps=max riops=max wiops=max", number);
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
