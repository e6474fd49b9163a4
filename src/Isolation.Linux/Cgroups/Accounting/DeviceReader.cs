using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>Reads the I/O of cgroups by device.</summary>
internal static class DeviceReader
{
    internal static ImmutableArray<DeviceUsage> Read(in FigureFiles files, CgroupSet groups)
    {
        if (groups.Find("io", out CgroupVersion version) is not { } directory)
        {
            return [];
        }

        List<DeviceUsage>? devices = null;
        if (version == CgroupVersion.V2)
        {
            ParseUnified(files.Read(directory, "io.stat"u8), ref devices);
        }
        else
        {
            ParseLegacy(files.Read(directory, "blkio.throttle.io_service_bytes"u8), ref devices, isBytes: true);
            ParseLegacy(files.Read(directory, "blkio.throttle.io_serviced"u8), ref devices, isBytes: false);
        }

        return devices is null ? [] : [.. devices];
    }

    /// <summary>Parses lines such as <c>8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0</c>.</summary>
    private static void ParseUnified(ReadOnlySpan<byte> text, ref List<DeviceUsage>? devices)
    {
        while (FigureText.TryTake(ref text, (byte)'\n', out ReadOnlySpan<byte> line))
        {
            if (TakeDevice(ref line) is not var (major, minor))
            {
                continue;
            }

            (long readBytes, long writtenBytes, long reads, long writes) = (0, 0, 0, 0);
            while (FigureText.TryTake(ref line, (byte)' ', out ReadOnlySpan<byte> value))
            {
                FigureText.TryTake(ref value, (byte)'=', out ReadOnlySpan<byte> name);
                long number = FigureText.Number(value) ?? 0;
                readBytes = name.SequenceEqual("rbytes"u8) ? number : readBytes;
                writtenBytes = name.SequenceEqual("wbytes"u8) ? number : writtenBytes;
                reads = name.SequenceEqual("rios"u8) ? number : reads;
                writes = name.SequenceEqual("wios"u8) ? number : writes;
            }

            (devices ??= []).Add(new DeviceUsage(major, minor, readBytes, writtenBytes, reads, writes));
        }
    }

    /// <summary>Parses lines such as <c>8:0 Read 4096</c>.</summary>
    private static void ParseLegacy(ReadOnlySpan<byte> text, ref List<DeviceUsage>? devices, bool isBytes)
    {
        while (FigureText.TryTake(ref text, (byte)'\n', out ReadOnlySpan<byte> line))
        {
            if (TakeDevice(ref line) is not var (major, minor)
                || !FigureText.TryTake(ref line, (byte)' ', out ReadOnlySpan<byte> kind))
            {
                continue;
            }

            bool isRead = kind.SequenceEqual("Read"u8);
            if (!isRead && !kind.SequenceEqual("Write"u8))
            {
                continue;
            }

            long number = FigureText.Number(line) ?? 0;
            devices ??= [];
            int i = devices.FindIndex(device => device.Major == major && device.Minor == minor);
            DeviceUsage known = i < 0 ? new DeviceUsage(major, minor, 0, 0, 0, 0) : devices[i];
            DeviceUsage changed = (isBytes, isRead) switch
            {
                (true, true) => known with { ReadBytes = number },
                (true, false) => known with { WrittenBytes = number },
                (false, true) => known with { Reads = number },
                (false, false) => known with { Writes = number },
            };
            if (i < 0)
            {
                devices.Add(changed);
            }
            else
            {
                devices[i] = changed;
            }
        }
    }

    private static (int Major, int Minor)? TakeDevice(ref ReadOnlySpan<byte> line) =>
        FigureText.TryTake(ref line, (byte)' ', out ReadOnlySpan<byte> device)
            && FigureText.TryTake(ref device, (byte)':', out ReadOnlySpan<byte> major)
            && FigureText.Number(major) is { } first && FigureText.Number(device) is { } second
            ? ((int)first, (int)second)
            : null;
}
