using System.Text.RegularExpressions;
using Isolation.Linux.Host;

namespace Isolation.TestHost.Recording;

/// <summary>
/// Removes details of the machine from a recording: its disks, programs, users and processes.
/// </summary>
internal static partial class Privacy
{
    private const string Replacement = "/app";
    private static readonly string[] Kept = ["/proc", "/sys", "/dev"];
    private static readonly string[] KeptFields = ["CapEff:", "NoNewPrivs:", "Seccomp:"];

    private static readonly Lazy<string?> OwnGroup = new(static () =>
        Group().Match(File.ReadAllText("/proc/self/cgroup")) is { Success: true } match ? match.Value : null);

    /// <summary>Returns the path on the host of a path that a plan found in a filtered file.</summary>
    internal static string Real(string path) =>
        OwnGroup.Value is { } own ? path.Replace(Replacement, own, StringComparison.Ordinal) : path;

    internal static string? Filter(string path, string? content) => (path, content) switch
    {
        (_, null) => null,
        ("/proc/self/mountinfo", _) => Lines(content, IsKept, Anonymous),
        ("/proc/self/status", _) => Lines(
            content, static line => KeptFields.Any(field => line.StartsWith(field, StringComparison.Ordinal))),
        ("/proc/self/cgroup", _) => Lines(content, static _ => true, static line => Group().Replace(line, Replacement)),
        ("/etc/passwd" or "/etc/group", _) => Lines(content, IsOwnOrRoot),
        ("/etc/subuid" or "/etc/subgid", _) => Lines(content, IsOfUser),
        _ when path.EndsWith("/cgroup.procs", StringComparison.Ordinal) => content.Length == 0 ? "" : "1",
        _ => content,
    };

    private static string Lines(string content, Func<string, bool> filter, Func<string, string>? change = null) =>
        string.Join('\n', content.Split('\n').Where(filter).Select(change ?? (static line => line)));

    private static bool IsKept(string line)
    {
        string place = line.Split(' ')[4];
        return place == "/" || Kept.Any(kept => place == kept
            || place.StartsWith(kept + "/", StringComparison.Ordinal));
    }

    /// <summary>The options after the type of a file system name disks and directories.</summary>
    private static string Anonymous(string line)
    {
        int end = line.IndexOf(" - ", StringComparison.Ordinal);
        string[] source = line[(end + 3)..].Split(' ');
        string[] before = Group().Replace(line[..end], Replacement).Split(' ');
        if (before[4] == "/")
        {
            before[3] = "/"; // the directory of a container's root
        }

        return source[0] is "proc" or "sysfs" or "cgroup" or "cgroup2"
            ? $"{string.Join(' ', before)} - {string.Join(' ', source)}"
            : $"{string.Join(' ', before)} - {source[0]} {source[0]} {source[^1].Split(',')[0]}";
    }

    private static bool IsOwnOrRoot(string line)
    {
        string[] fields = line.Split(':');
        return fields.Length > 2
            && (fields[2] == "0" || fields[2] == $"{ProcessCredentials.Current.UserId}");
    }

    private static bool IsOfUser(string line) =>
        line.Split(':')[0] is var name
        && (name == Environment.UserName || name == $"{ProcessCredentials.Current.UserId}");

    [GeneratedRegex("/[^/ ]+/(?:libpod-)?[0-9a-f]{32,}")]
    private static partial Regex Group();
}
