using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>Reads the CPU time of groups.</summary>
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

        // The sum is exact. The two parts are sampled at each tick of the kernel, so they only say how to divide it.
        long total = (files.ReadNumber(directory, "cpuacct.usage"u8) ?? 0) / NanosecondsPerTick;
        (double user, double system) = SumOfProcessors(files.Read(directory, "cpuacct.usage_all"u8));
        long userPart = user + system > 0 ? (long)(total * (user / (user + system))) : total;
        return (new TimeSpan(userPart), new TimeSpan(total - userPart));
    }

    /// <summary>User and system time together; null where no group counts it.</summary>
    internal static TimeSpan? ReadSum(in FigureFiles files, CgroupSet groups) =>
        groups.Find("cpuacct", out CgroupVersion version) is not { } directory ? null
        : version == CgroupVersion.V2
            ? Microseconds(FigureText.Find(files.Read(directory, "cpu.stat"u8), "usage_usec"u8))
        : files.ReadNumber(directory, "cpuacct.usage"u8) is { } nanoseconds
            ? new TimeSpan(nanoseconds / NanosecondsPerTick)
            : null;

    /// <summary>For how long and in how many periods CPU time was held back at the limit of these groups.</summary>
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

    /// <summary>A line <c>cpu user system</c>, and then one with three numbers for each processor.</summary>
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
