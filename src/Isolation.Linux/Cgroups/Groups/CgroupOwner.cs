using System.Globalization;
using System.Text.RegularExpressions;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>
/// The process that groups belong to, as their names have it: its PID namespace, its number there, and when it began in
/// ticks since the machine was started. No two processes are alike in all three.
/// </summary>
internal sealed partial record CgroupOwner(ulong Namespace, int Process, ulong Start)
{
    private static readonly Lazy<CgroupOwner> Shared = new(ReadSelf);
    private static int _count;

    /// <summary>This process.</summary>
    internal static CgroupOwner Current => Shared.Value;

    /// <summary>A name for a group of this process that none has had before.</summary>
    internal string NextName() => string.Create(
        CultureInfo.InvariantCulture, $"isolation-{Namespace}-{Process}-{Start}-{Interlocked.Increment(ref _count)}");

    /// <summary>The owner of a group by its name; null for a group that is none of this library's.</summary>
    internal static CgroupOwner? Parse(string name)
    {
        Match match = Name().Match(name);
        return match.Success
            && ulong.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out ulong pidNamespace)
            && int.TryParse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out int process)
            && ulong.TryParse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture, out ulong start)
            ? new CgroupOwner(pidNamespace, process, start)
            : null;
    }

    /// <summary>
    /// Whether it is known to be dead. Nothing is known of a process in another PID namespace: it may run in a
    /// container that shares the hierarchy.
    /// </summary>
    internal bool IsDead(CgroupOwner observer)
    {
        if (Namespace != observer.Namespace)
        {
            return false;
        }

        return CgroupFiles.Read($"/proc/{Process}/stat") is not { } stat
            || ParseStat(stat) is not { State: not ('Z' or 'X') } found || found.Start != Start;
    }

    private static CgroupOwner ReadSelf()
    {
        // Where /proc belongs to another PID namespace its numbers are wrong for kill(2), but right for reading /proc
        // again.
        (int process, _, ulong start) = ParseStat(CgroupFiles.Read("/proc/self/stat") ?? "")
            ?? throw new SandboxException("The host's own /proc/self/stat cannot be read.");
        string? link = new FileInfo("/proc/self/ns/pid").LinkTarget;
        string digits = link is null ? "" : string.Concat(link.Where(char.IsAsciiDigit));
        return new CgroupOwner(
            ulong.TryParse(digits, CultureInfo.InvariantCulture, out ulong number) ? number : 0, process, start);
    }

    /// <summary>See proc_pid_stat(5): the name may hold anything, the state and the start time come after it.</summary>
    private static (int Process, char State, ulong Start)? ParseStat(string stat)
    {
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && int.TryParse(stat.Split(' ')[0], CultureInfo.InvariantCulture, out int process)
            && ulong.TryParse(fields[19], CultureInfo.InvariantCulture, out ulong start)
            ? (process, fields[0][0], start)
            : null;
    }

    [GeneratedRegex("^isolation-([0-9]{1,20})-([0-9]{1,10})-([0-9]{1,20})-[0-9]{1,10}$")]
    private static partial Regex Name();
}
