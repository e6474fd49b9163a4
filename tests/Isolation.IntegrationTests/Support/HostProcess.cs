using System.Globalization;

namespace Isolation.IntegrationTests.Support;

/// <summary>Reads properties of a process on the host.</summary>
internal static class HostProcess
{
    /// <summary>Gets the identity of a namespace of a process, such as <c>uts:[4026531838]</c>.</summary>
    internal static string? Namespace(string process, string file) =>
        new FileInfo($"/proc/{process}/ns/{file}").LinkTarget;

    /// <summary>A line of /proc/PID/status without its name.</summary>
    internal static string Status(int process, string name) =>
        File.ReadLines($"/proc/{process}/status").First(
            line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    internal static int[] Children(int process) =>
        [.. File.ReadAllText($"/proc/{process}/task/{process}/children").Split(
            ' ', StringSplitOptions.RemoveEmptyEntries).Select(
            child => int.Parse(child, CultureInfo.InvariantCulture))];

    /// <summary>The processes in the PID namespace of <paramref name="init"/>, init included.</summary>
    internal static int[] InPidNamespaceOf(int init)
    {
        string? wanted = Namespace($"{init}", "pid");
        return [.. All().Where(process => Namespace($"{process}", "pid") == wanted)];
    }

    /// <summary>The processes of the host that have a text among their arguments.</summary>
    internal static int[] WithArgument(string text) =>
        [.. All().Where(process => Arguments(process).Contains(text, StringComparison.Ordinal))];

    internal static bool IsAlive(int process)
    {
        try
        {
            return Status(process, "State")[0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The arguments of a process, each with a zero behind it; empty if the process has ended.</summary>
    internal static string Arguments(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static IEnumerable<int> All() =>
        Directory.GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture));
}
