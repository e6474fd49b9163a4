using System.Globalization;
using System.Text;

namespace Isolation.Linux.Host;

/// <summary>Represents the content of <c>/proc/PID/stat</c> at one moment, see proc_pid_stat(5).</summary>
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

    /// <summary>Gets whether the kernel is tearing the process down.</summary>
    internal bool IsExiting => (Number(6) & ExitingFlag) != 0;

    /// <summary>Gets page faults and CPU time, which change if the process does anything.</summary>
    internal string Progress => $"{_fields[7]} {_fields[9]} {_fields[11]} {_fields[12]}";

    /// <summary>Gets the start time, which identifies a process together with its id.</summary>
    internal string StartTime => _fields[19];

    /// <summary>Gets whether all threads have ended. The first thread alone may have ended.</summary>
    internal bool HasEnded => State is 'Z' or 'X' && Number(17) <= 1;

    /// <summary>Reads the status; null if there is no such process.</summary>
    internal static ProcessStatus? Read(int process)
    {
        string? text = CgroupFiles.Read(
            string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"), Encoding.Latin1);
        if (text is null)
        {
            return null;
        }

        // The name may contain any characters, so it ends at the last parenthesis.
        int open = text.IndexOf('('), close = text.LastIndexOf(')');
        string[] fields = close < 0
            ? []
            : text[(close + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 20 ? new ProcessStatus(text[(open + 1)..close], fields) : null;
    }

    private int Number(int field) => (int)long.Parse(_fields[field], CultureInfo.InvariantCulture);
}
