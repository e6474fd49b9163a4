using System.Globalization;
using System.Text;
using Isolation.Linux.Host;

namespace Isolation.Linux.Commands;

/// <summary>What <c>/proc/PID/stat</c> says of a process at one moment, see proc_pid_stat(5).</summary>
internal readonly struct ProcessStatus
{
    private const int ExitingFlag = 0x4;

    private readonly string[] _fields;

    private ProcessStatus(string name, string[] fields)
    {
        Name = name;
        _fields = fields;
    }

    internal string Name { get; }

    internal char State => _fields[0][0];

    internal int Parent => Number(1);

    internal int Session => Number(3);

    /// <summary>The kernel is taking it down.</summary>
    internal bool IsExiting => (Number(6) & ExitingFlag) != 0;

    /// <summary>Page faults and CPU time: a process that does anything changes them.</summary>
    internal string Progress => $"{_fields[7]} {_fields[9]} {_fields[11]} {_fields[12]}";

    /// <summary>With its number it identifies a process.</summary>
    internal string StartTime => _fields[19];

    /// <summary>Nothing of it runs any more. The first thread alone may have ended.</summary>
    internal bool HasEnded => State is 'Z' or 'X' && Number(17) <= 1;

    /// <summary>Null: there is no such process.</summary>
    internal static ProcessStatus? Read(int process)
    {
        string? text = CgroupFiles.Read(
            string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"), Encoding.Latin1);
        if (text is null)
        {
            return null;
        }

        // The name may hold anything, so it ends at the last bracket.
        int open = text.IndexOf('('), close = text.LastIndexOf(')');
        string[] fields = close < 0
            ? []
            : text[(close + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 20 ? new ProcessStatus(text[(open + 1)..close], fields) : null;
    }

    private int Number(int field) => (int)long.Parse(_fields[field], CultureInfo.InvariantCulture);
}
