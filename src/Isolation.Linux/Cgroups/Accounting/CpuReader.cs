using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>Reads the CPU time of cgroups.</summary>
internal static class CpuReader
{
    private const long NanosecondsPerTick = 100;
    private const long TicksPerMicrosecond = 10;

    internal static (TimeSpan User, TimeSpan System) ReadTimes(in FigureFiles files, CgroupSet groups)
    {
        if (groups.Find("cpuacct", out CgroupVersion version) is not { } directory)
        {
            return default;
        }

        if (version == CgroupVersion.V2)
        {
            ReadOnlySpan<byte> stat = files.Read(directory, "cpu.stat"u8);
            return (Microseconds(FigureText.Find(stat, "user_usec"u8)) ?? default,
                Microseconds(FigureText.Find(stat, "system_usec"u8)) ?? default);
        }

        // The sum is exact. User and system time are sampled at each kernel tick, so they only determine its division.
        long total = (files.ReadNumber(directory, "cpuacct.usage"u8) ?? 0) / NanosecondsPerTick;
        (double user, double system) = SumOfProcessors(files.Read(directory, "cpuacct.usage_all"u8));
        long userPart = user + system > 0 ? (long)(total * (user / (user + system))) : total;
        return (new TimeSpan(userPart), new TimeSpan(total - userPart));
    }

    /// <summary>Reads the sum of user and system time; null if no cgroup counts it.</summary>
    internal static TimeSpan? ReadSum(in FigureFiles files, CgroupSet groups) =>
        groups.Find("cpuacct", out CgroupVersion version) is not { } directory ? null
        : version == CgroupVersion.V2
            ? Microseconds(FigureText.Find(files.Read(directory, "cpu.stat"u8), "usage_usec"u8))
        : files.ReadNumber(directory, "cpuacct.usage"u8) is { } nanoseconds
            ? new TimeSpan(nanoseconds / NanosecondsPerTick)
            : null;

    /// <summary>Reads for how long and in how many periods the cgroups were throttled at their CPU limit.</summary>
    internal static (TimeSpan? Time, long? Periods) ReadThrottling(in FigureFiles files, CgroupSet groups)
    {
        if (groups.Find("cpu", out CgroupVersion version) is not { } directory)
        {
            return default;
        }

        ReadOnlySpan<byte> stat = files.Read(directory, "cpu.stat"u8);
        TimeSpan? time = version == CgroupVersion.V1
            ? FigureText.Find(stat, "throttled_time"u8) is { } nanoseconds
                ? new TimeSpan(nanoseconds / NanosecondsPerTick)
                : null
            : Microseconds(FigureText.Find(stat, "throttled_usec"u8));
        return (time, FigureText.Find(stat, "nr_throttled"u8));
    }

    /// <summary>Parses a line <c>cpu user system</c>, followed by a line with three numbers for each CPU.</summary>
    private static (long User, long System) SumOfProcessors(ReadOnlySpan<byte> text)
    {
        (long user, long system) = (0, 0);
        while (FigureText.TryTake(ref text, (byte)'\n', out ReadOnlySpan<byte> line))
        {
            FigureText.TakeNumber(ref line);
            user += FigureText.TakeNumber(ref line);
            system += FigureText.TakeNumber(ref line);
        }

        return (user, system);
    }

    private static TimeSpan? Microseconds(long? value) => value is { } microseconds
        ? new TimeSpan(microseconds * TicksPerMicrosecond)
        : null;
}
