namespace Isolation.Benchmarks.Subjects;

/// <summary>Locates programs of the host.</summary>
internal static class ProgramFiles
{
    /// <summary>Returns the path of a program, or null if it is not installed.</summary>
    internal static string? Find(string name)
    {
        // Some distributions install programs for root in directories that are not in an ordinary user's PATH.
        string directories = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin";
        return directories.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>Returns the start information that runs this program again, as a worker.</summary>
    internal static System.Diagnostics.ProcessStartInfo Again(params IEnumerable<string> arguments)
    {
        string host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) == "dotnet"
            ? [typeof(ProgramFiles).Assembly.Location]
            : [];
        return new System.Diagnostics.ProcessStartInfo(host, [.. program, .. arguments]);
    }
}
