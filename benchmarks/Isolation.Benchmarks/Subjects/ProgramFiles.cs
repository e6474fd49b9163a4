namespace Isolation.Benchmarks.Subjects;

/// <summary>Programs of the host.</summary>
internal static class ProgramFiles
{
    /// <summary>The path of a program; null if it is not installed.</summary>
    internal static string? Find(string name)
    {
        // Where an ordinary user's PATH does not lead, some distributions put what is meant for root.
        string directories = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin";
        return directories.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>How this program is started once more, as a worker.</summary>
    internal static System.Diagnostics.ProcessStartInfo Again(params IEnumerable<string> arguments)
    {
        string host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) == "dotnet"
            ? [typeof(ProgramFiles).Assembly.Location]
            : [];
        return new System.Diagnostics.ProcessStartInfo(host, [.. program, .. arguments]);
    }
}
