using System.Globalization;

namespace Isolation.Benchmarks.Working;

/// <summary>Represents the memory of processes or of the kernel, in bytes; see proc(5).</summary>
internal readonly record struct MemoryFigures(long Proportional, long Private, long Resident, long Kernel)
{
    public static MemoryFigures operator +(MemoryFigures left, MemoryFigures right) => new(
        left.Proportional + right.Proportional, left.Private + right.Private, left.Resident + right.Resident,
        left.Kernel + right.Kernel);

    /// <summary>Reads the memory of this process.</summary>
    internal static MemoryFigures Read() => TryRead(Environment.ProcessId, out MemoryFigures figures)
        ? figures
        : default;

    internal static bool TryRead(int process, out MemoryFigures figures)
    {
        try
        {
            Dictionary<string, long> lines = ReadLines(
                string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/smaps_rollup"));
            figures = new MemoryFigures(lines["Pss"], lines["Private_Clean"] + lines["Private_Dirty"], lines["Rss"], 0);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            figures = default;
            return false;
        }
    }

    /// <summary>Reads the memory of the kernel.</summary>
    internal static MemoryFigures ReadMachine()
    {
        Dictionary<string, long> lines = ReadLines("/proc/meminfo");
        return new MemoryFigures(
            0, 0, 0, lines["Slab"] + lines["KernelStack"] + lines["PageTables"] + lines.GetValueOrDefault("Percpu"));
    }

    private static Dictionary<string, long> ReadLines(string path)
    {
        Dictionary<string, long> lines = [];
        foreach (string line in File.ReadLines(path))
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is [.., string number, "kB"])
            {
                lines[words[0].TrimEnd(':')] = long.Parse(number, CultureInfo.InvariantCulture) * 1024;
            }
        }

        return lines;
    }
}
