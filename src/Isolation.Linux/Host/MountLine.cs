using System.Text.RegularExpressions;

namespace Isolation.Linux.Host;

/// <summary>Represents a line of <c>/proc/PID/mountinfo</c>, see proc_pid_mountinfo(5).</summary>
/// <param name="Root">The mounted directory of the file system.</param>
/// <param name="Point">The mount point.</param>
/// <param name="Options">The options of the mount.</param>
/// <param name="Type">The type of the file system.</param>
/// <param name="SuperOptions">The options of the file system.</param>
internal sealed partial record MountLine(
    string Root, string Point, string[] Options, string Type, string[] SuperOptions)
{
    internal static IReadOnlyList<MountLine> Parse(IEnumerable<string> lines) =>
        [.. lines.Select(Parse).OfType<MountLine>()];

    private static MountLine? Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int dash = Array.IndexOf(words, "-");
        return dash < 6 || words.Length < dash + 4
            ? null
            : new MountLine(
                Unescape(words[3]), Unescape(words[4]), words[5].Split(','), words[dash + 1],
                words[dash + 3].Split(','));
    }

    private static string Unescape(string path) =>
        Octal().Replace(path, match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString());

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex Octal();
}
