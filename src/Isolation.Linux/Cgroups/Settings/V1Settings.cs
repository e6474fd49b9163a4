using System.Globalization;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Settings;

/// <summary>Translates limits to v1; see the kernel's Documentation/admin-guide/cgroup-v1.</summary>
internal static class V1Settings
{
    private const int Period = 100_000;

    /// <summary>No limit, in files that contain a number.</summary>
    private const string None = "-1";

    /// <summary>
    /// The limit on TCP and, despite its name, UDP buffers. Unlike on v2 they are not part of the memory limit, so they
    /// get an additional fraction of it.
    /// </summary>
    internal const string SocketMemory = "memory.kmem.tcp.limit_in_bytes";

    private const int PartForSockets = 4;

    /// <summary>Gets the reason why v1 cannot express a limit; null if it can.</summary>
    internal static Obstacle? FindObstacle(string limit, SandboxLimits limits) => limit switch
    {
        nameof(SandboxLimits.MemoryHigh) or nameof(SandboxLimits.MemoryLow) or nameof(SandboxLimits.MemoryMin)
            or nameof(SandboxLimits.OutOfMemoryKill) =>
            new Obstacle(
                "The memory controller is on cgroup v1 on this host, which has no such limit.",
                "Boot with systemd.unified_cgroup_hierarchy=1, or remove the limit."),
        nameof(SandboxLimits.Swap) when limits.Memory is null =>
            new Obstacle(
                "The memory controller is on cgroup v1 on this host, which limits only memory and swap together.",
                "Set Memory as well."),
        _ => null,
    };

    internal static IEnumerable<CgroupSetting> Of(string limit, SandboxLimits limits)
    {
        string controller = LimitControllers.Of(limit);
        switch (limit)
        {
            case nameof(SandboxLimits.Memory):
                yield return new(limit, controller, "memory.limit_in_bytes", Text(limits.Memory!.Value), None);

                // Sockets are counted only in a cgroup whose file has been written, that is, a command's cgroup. The
                // sandbox's cgroup has the sum.
                foreach (CgroupLevel level in (CgroupLevel[])[CgroupLevel.Sandbox, CgroupLevel.Run])
                {
                    string value = Text(Math.Max(1, limits.Memory.Value / PartForSockets));
                    yield return new(limit, controller, [SocketMemory], value, None, level);
                }

                break;
            case nameof(SandboxLimits.Swap):
                yield return new(
                    limit, controller, "memory.memsw.limit_in_bytes",
                    Text(limits.Memory!.Value + limits.Swap!.Value), None);
                break;
            case nameof(SandboxLimits.Cpu):
                yield return new(limit, controller, "cpu.cfs_period_us", Text(Period), Text(Period));
                yield return new(limit, controller, "cpu.cfs_quota_us", Text((long)(limits.Cpu!.Value * Period)), None);
                break;
            case nameof(SandboxLimits.CpuBurst):
                yield return new(
                    limit, controller, "cpu.cfs_burst_us", Text((long)limits.CpuBurst!.Value.TotalMicroseconds), "0");
                break;
            case nameof(SandboxLimits.CpuWeight):
                yield return new(
                    limit, controller, "cpu.shares", Text(Math.Max(2, limits.CpuWeight!.Value * 1024L / 100)), "1024");
                break;
            case nameof(SandboxLimits.Cpus):
                yield return new(limit, controller, "cpuset.cpus", string.Join(',', limits.Cpus), null);
                break;
            case nameof(SandboxLimits.MemoryNodes):
                yield return new(limit, controller, "cpuset.mems", string.Join(',', limits.MemoryNodes), null);
                break;
            case nameof(SandboxLimits.Processes):
                yield return new(limit, controller, "pids.max", Text(limits.Processes!.Value), "max");
                break;
            case nameof(SandboxLimits.InputOutputWeight):
                yield return new(
                    limit, controller, ["blkio.bfq.weight", "blkio.weight"],
                    Text(limits.InputOutputWeight!.Value), "100");
                break;
            case nameof(SandboxLimits.InputOutput):
                foreach (CgroupSetting setting in limits.InputOutput.SelectMany(device => Of(device, controller)))
                {
                    yield return setting;
                }

                break;
            case nameof(SandboxLimits.HugePages):
                foreach (HugePageLimit pages in limits.HugePages)
                {
                    yield return new(
                        limit, controller, $"hugetlb.{LimitControllers.PageSize(pages.PageSize)}.limit_in_bytes",
                        Text(pages.Bytes), None);
                }

                break;
        }
    }

    private static IEnumerable<CgroupSetting> Of(DeviceBandwidth device, string controller)
    {
        (string File, long? Value)[] values =
        [
            ("read_bps", device.ReadBytes), ("write_bps", device.WrittenBytes), ("read_iops", device.Reads),
            ("write_iops", device.Writes),
        ];
        string number = string.Create(CultureInfo.InvariantCulture, $"{device.Major}:{device.Minor}");
        return values.Where(one => one.Value is not null).Select(one => new CgroupSetting(
            nameof(SandboxLimits.InputOutput), controller, $"blkio.throttle.{one.File}_device",
            $"{number} {Text(one.Value!.Value)}", $"{number} 0", number));
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
