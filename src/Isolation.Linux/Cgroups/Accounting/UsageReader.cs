using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>Reads the figures of cgroups.</summary>
internal static class UsageReader
{
    /// <summary>Reads all figures of cgroups.</summary>
    /// <param name="groups">The cgroups.</param>
    /// <param name="open">The files to keep open for the next read; null to keep none.</param>
    internal static SandboxUsage Read(CgroupSet groups, OpenFigures? open = null)
    {
        using FigureFiles files = new(open);
        (TimeSpan user, TimeSpan system) = CpuReader.ReadTimes(files, groups);
        (TimeSpan? throttled, long? periods) = CpuReader.ReadThrottling(files, groups);
        string? memory = groups.Find("memory", out CgroupVersion version);
        bool isLegacy = version == CgroupVersion.V1;
        (MemoryComposition Parts, long? Faults, long? MajorFaults) composition = memory is null
            ? default
            : MemoryReader.Read(files, memory, version);
        string? pids = groups.Find("pids", out _);
        string? unified = groups.FindUnified();
        return new SandboxUsage
        {
            Source = UsageSource.Groups,
            UserCpuTime = user,
            SystemCpuTime = system,
            ThrottledTime = throttled,
            ThrottledPeriods = periods,
            CurrentMemory = memory is null
                ? null
                : files.ReadNumber(memory, isLegacy ? "memory.usage_in_bytes"u8 : "memory.current"u8),
            PeakMemory = memory is null
                ? null
                : files.ReadNumber(memory, isLegacy ? "memory.max_usage_in_bytes"u8 : "memory.peak"u8),
            MemoryComposition = memory is null ? null : composition.Parts,
            PageFaults = composition.Faults,
            MajorPageFaults = composition.MajorFaults,
            OutOfMemoryKills = ReadKills(files, memory, version),
            CurrentProcesses = pids is null ? null : files.ReadNumber(pids, "pids.current"u8),
            PeakProcesses = pids is null ? null : files.ReadNumber(pids, "pids.peak"u8),
            RefusedProcesses = ReadRefused(files, pids),
            InputOutput = DeviceReader.Read(files, groups),
            CpuPressure = unified is null ? null : PressureReader.Read(files, unified, "cpu.pressure"u8),
            MemoryPressure = unified is null ? null : PressureReader.Read(files, unified, "memory.pressure"u8),
            InputOutputPressure = unified is null ? null : PressureReader.Read(files, unified, "io.pressure"u8),
        };
    }

    /// <summary>Reads the CPU time of cgroups; null if none counts it.</summary>
    internal static TimeSpan? ReadCpuTime(CgroupSet groups)
    {
        using FigureFiles files = new();
        return CpuReader.ReadSum(files, groups);
    }

    /// <summary>Reads for how long and in how many periods the cgroups were throttled at their CPU limit.</summary>
    internal static (TimeSpan? Time, long? Periods) ReadThrottling(CgroupSet groups)
    {
        using FigureFiles files = new();
        return CpuReader.ReadThrottling(files, groups);
    }

    /// <summary>Reads the I/O of cgroups by device.</summary>
    internal static ImmutableArray<DeviceUsage> ReadInputOutput(CgroupSet groups, OpenFigures? open)
    {
        using FigureFiles files = new(open);
        return DeviceReader.Read(files, groups);
    }

    /// <summary>Reads how often a limit was reached.</summary>
    internal static (long? Kills, long? Refused) ReadFailures(CgroupSet groups, OpenFigures? open = null)
    {
        using FigureFiles files = new(open);
        return (ReadKills(files, groups.Find("memory", out CgroupVersion version), version),
            ReadRefused(files, groups.Find("pids", out _)));
    }

    /// <summary>
    /// Reads the number of refused processes. Depending on the cgroup version and the kernel, they are counted in the
    /// cgroup that has the limit or in that of the process.
    /// </summary>
    internal static long? ReadRefused(CgroupSet groups)
    {
        using FigureFiles files = new();
        return ReadRefused(files, groups.Find("pids", out _));
    }

    /// <summary>Reads how often the memory limit of the cgroups was reached.</summary>
    internal static long? ReadMemoryHits(CgroupSet groups)
    {
        using FigureFiles files = new();
        string? memory = groups.Find("memory", out CgroupVersion version);
        return memory is null ? null
            : version == CgroupVersion.V1 ? files.ReadNumber(memory, "memory.failcnt"u8)
            : FigureText.Find(files.Read(memory, "memory.events"u8), "max"u8);
    }

    private static long? ReadKills(in FigureFiles files, string? directory, CgroupVersion version) =>
        directory is null
            ? null
            : FigureText.Find(
                files.Read(directory, version == CgroupVersion.V1 ? "memory.oom_control"u8 : "memory.events"u8),
                "oom_kill"u8);

    private static long? ReadRefused(in FigureFiles files, string? directory) =>
        directory is null ? null : FigureText.Find(files.Read(directory, "pids.events"u8), "max"u8);
}
