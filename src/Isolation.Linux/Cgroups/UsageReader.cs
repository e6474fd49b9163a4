using System.Collections.Immutable;
using System.Globalization;

namespace Isolation.Linux.Cgroups;

/// <summary>Reads what groups count.</summary>
internal static class UsageReader
{
    private const long NanosecondsPerTick = 100;
    private const long TicksPerMicrosecond = 10;

    internal static SandboxUsage Read(GroupSet groups)
    {
        (TimeSpan user, TimeSpan system) = ReadCpu(groups);
        (TimeSpan? throttled, long? periods) = ReadThrottling(groups);
        SandboxUsage usage = new()
        {
            Source = UsageSource.Groups,
            UserCpuTime = user,
            SystemCpuTime = system,
            ThrottledTime = throttled,
            ThrottledPeriods = periods,
            RefusedProcesses = ReadRefused(groups),
            InputOutput = ReadInputOutput(groups),
        };
        if (groups.Find("memory", out CgroupVersion version) is { } memory)
        {
            bool isLegacy = version == CgroupVersion.V1;
            usage = usage with
            {
                CurrentMemory = GroupFiles.ReadNumber(isLegacy ? $"{memory}/memory.usage_in_bytes" : $"{memory}/memory.current"),
                PeakMemory = GroupFiles.ReadNumber(isLegacy ? $"{memory}/memory.max_usage_in_bytes" : $"{memory}/memory.peak"),
                OutOfMemoryKills = ReadKills(groups, out _),
            };
        }

        if (groups.Find("pids", out _) is { } pids)
        {
            usage = usage with
            {
                CurrentProcesses = GroupFiles.ReadNumber($"{pids}/pids.current"),
                PeakProcesses = GroupFiles.ReadNumber($"{pids}/pids.peak"),
            };
        }

        return usage;
    }

    /// <summary>For how long and in how many periods CPU time was held back at the limit of these groups.</summary>
    internal static (TimeSpan? Time, long? Periods) ReadThrottling(GroupSet groups)
    {
        if (groups.Find("cpu", out CgroupVersion version) is not { } folder || GroupFiles.Read($"{folder}/cpu.stat") is not { } stat)
        {
            return (null, null);
        }

        long? time = version == CgroupVersion.V1
            ? GroupFiles.FindNumber(stat, "throttled_time") / NanosecondsPerTick
            : GroupFiles.FindNumber(stat, "throttled_usec") * TicksPerMicrosecond;
        return (time is { } ticks ? new TimeSpan(ticks) : null, GroupFiles.FindNumber(stat, "nr_throttled"));
    }

    /// <summary>How many processes were refused. Whether the group of the limit or that of the process counts it depends on version and kernel.</summary>
    internal static long? ReadRefused(GroupSet groups) =>
        groups.Find("pids", out _) is { } folder ? GroupFiles.FindNumber(GroupFiles.Read($"{folder}/pids.events"), "max") : null;

    /// <summary>How many processes were killed for lack of memory.</summary>
    internal static long? ReadKills(GroupSet groups, out CgroupVersion version) => groups.Find("memory", out version) is { } folder
        ? GroupFiles.FindNumber(GroupFiles.Read(version == CgroupVersion.V1 ? $"{folder}/memory.oom_control" : $"{folder}/memory.events"), "oom_kill")
        : null;

    private static (TimeSpan User, TimeSpan System) ReadCpu(GroupSet groups)
    {
        if (groups.Find("cpuacct", out CgroupVersion version) is not { } folder)
        {
            return default;
        }

        if (version == CgroupVersion.V1)
        {
            // The sum is exact. The two parts are sampled at each tick of the kernel, so they only say how to divide it.
            long total = (GroupFiles.ReadNumber($"{folder}/cpuacct.usage") ?? 0) / NanosecondsPerTick;
            double user = GroupFiles.ReadNumber($"{folder}/cpuacct.usage_user") ?? 0;
            double system = GroupFiles.ReadNumber($"{folder}/cpuacct.usage_sys") ?? 0;
            long userPart = user + system > 0 ? (long)(total * (user / (user + system))) : total;
            return (new TimeSpan(userPart), new TimeSpan(total - userPart));
        }

        string? stat = GroupFiles.Read($"{folder}/cpu.stat");
        return (new TimeSpan((GroupFiles.FindNumber(stat, "user_usec") ?? 0) * TicksPerMicrosecond),
            new TimeSpan((GroupFiles.FindNumber(stat, "system_usec") ?? 0) * TicksPerMicrosecond));
    }

    private static ImmutableArray<DeviceUsage> ReadInputOutput(GroupSet groups)
    {
        if (groups.Find("io", out CgroupVersion version) is not { } folder)
        {
            return [];
        }

        Dictionary<string, DeviceUsage> devices = new(StringComparer.Ordinal);
        if (version == CgroupVersion.V2)
        {
            ParseUnified(GroupFiles.Read($"{folder}/io.stat"), devices);
        }
        else
        {
            ParseLegacy(GroupFiles.Read($"{folder}/blkio.throttle.io_service_bytes"), devices, (usage, read, written) => usage with { ReadBytes = read ?? usage.ReadBytes, WrittenBytes = written ?? usage.WrittenBytes });
            ParseLegacy(GroupFiles.Read($"{folder}/blkio.throttle.io_serviced"), devices, (usage, read, written) => usage with { Reads = read ?? usage.Reads, Writes = written ?? usage.Writes });
        }

        return [.. devices.Values];
    }

    /// <summary>Lines such as <c>8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0</c>.</summary>
    private static void ParseUnified(string? text, Dictionary<string, DeviceUsage> devices)
    {
        foreach (string line in Lines(text))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (Device(words[0], devices) is not { } usage)
            {
                continue;
            }

            foreach (string word in words[1..])
            {
                long value = long.TryParse(word[(word.IndexOf('=') + 1)..], CultureInfo.InvariantCulture, out long number) ? number : 0;
                usage = word.Split('=')[0] switch
                {
                    "rbytes" => usage with { ReadBytes = value },
                    "wbytes" => usage with { WrittenBytes = value },
                    "rios" => usage with { Reads = value },
                    "wios" => usage with { Writes = value },
                    _ => usage,
                };
            }

            devices[words[0]] = usage;
        }
    }

    /// <summary>Lines such as <c>8:0 Read 4096</c>.</summary>
    private static void ParseLegacy(string? text, Dictionary<string, DeviceUsage> devices, Func<DeviceUsage, long?, long?, DeviceUsage> set)
    {
        foreach (string line in Lines(text))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var device, "Read" or "Write", var value]
                && Device(device, devices) is { } usage && long.TryParse(value, CultureInfo.InvariantCulture, out long number))
            {
                bool isRead = line.Contains(" Read ", StringComparison.Ordinal);
                devices[device] = set(usage, isRead ? number : null, isRead ? null : number);
            }
        }
    }

    private static DeviceUsage? Device(string name, Dictionary<string, DeviceUsage> devices) =>
        devices.TryGetValue(name, out DeviceUsage? known) ? known
        : name.Split(':') is [var major, var minor] && int.TryParse(major, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(minor, CultureInfo.InvariantCulture, out int second)
            ? new DeviceUsage(first, second, 0, 0, 0, 0)
            : null;

    private static string[] Lines(string? text) => text?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
