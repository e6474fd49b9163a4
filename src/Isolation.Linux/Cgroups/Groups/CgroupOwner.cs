using System.Globalization;
using System.Text.RegularExpressions;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>
/// Identifies the process that owns a cgroup, as encoded in the cgroup's name: its PID namespace, its process id in it,
/// and its start time in clock ticks since boot. No two processes agree in all three.
/// </summary>
internal sealed partial record CgroupOwner(ulong Namespace, int Process, ulong Start)
{
    private static readonly Lazy<CgroupOwner> Shared = new(ReadSelf);
    private static int _count;

    /// <summary>Gets the identity of this process.</summary>
    internal static CgroupOwner Current => Shared.Value;

    /// <summary>Creates a unique name for a cgroup of this process.</summary>
    internal string NextName() => string.Create(
        CultureInfo.InvariantCulture, $"isolation-{Namespace}-{Process}-{Start}-{Interlocked.Increment(ref _count)}");

    /// <summary>
    /// Creates the name of a cgroup that belongs to a detached sandbox: it is removed with the sandbox's state
    /// directory, and not with a process.
    /// </summary>
    /// <param name="mark">The text that identifies the directory with the states.</param>
    /// <param name="id">The id of the sandbox.</param>
    internal static string NameOf(string mark, string id) => $"isolation-detached-{mark}-{id}";

    /// <summary>Gets the owner from a cgroup's name; null if this library did not create the cgroup.</summary>
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
    /// Returns whether the owner is known to be dead. A process in another PID namespace is dead if no process lives in
    /// that namespace; otherwise it may run in a container that shares the hierarchy.
    /// </summary>
    /// <param name="observer">The identity of this process.</param>
    /// <param name="alive">
    /// The PID namespaces with processes, read after the cgroup was listed; null if they are unknown.
    /// </param>
    internal bool IsDead(CgroupOwner observer, IReadOnlySet<ulong>? alive = null)
    {
        if (Namespace != observer.Namespace)
        {
            return Namespace != 0 && alive?.Contains(Namespace) == false;
        }

        return CgroupFiles.Read($"/proc/{Process}/stat") is not { } stat
            || ParseStat(stat) is not { State: not ('Z' or 'X') } found || found.Start != Start;
    }

    private static CgroupOwner ReadSelf()
    {
        // If /proc belongs to another PID namespace, its process ids are wrong for kill(2) but correct for reading
        // /proc again.
        (int process, _, ulong start) = ParseStat(CgroupFiles.Read("/proc/self/stat") ?? "")
            ?? throw new SandboxException("Cannot read /proc/self/stat of the application: mount /proc.");
        string? link = new FileInfo("/proc/self/ns/pid").LinkTarget;
        string digits = link is null ? "" : string.Concat(link.Where(char.IsAsciiDigit));
        return new CgroupOwner(
            ulong.TryParse(digits, CultureInfo.InvariantCulture, out ulong number) ? number : 0, process, start);
    }

    /// <summary>
    /// Parses proc_pid_stat(5). The name may contain any character; the state and the start time follow it.
    /// </summary>
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
