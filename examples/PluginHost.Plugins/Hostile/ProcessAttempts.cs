using System.Diagnostics;

namespace Hostile;

/// <summary>Provides attempts to start and see processes.</summary>
internal static class ProcessAttempts
{
    public static string Start(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Trim();
    }

    /// <summary>Lists every process except this one and the first process of the sandbox.</summary>
    public static string ListOthers()
    {
        int[] others = [.. Directory.EnumerateDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), out int id) ? id : 0)
            .Where(id => id > 1 && id != Environment.ProcessId)];
        return others.Length > 0
            ? string.Join(' ', others)
            : throw new IOException("There are no other processes in /proc.");
    }
}
