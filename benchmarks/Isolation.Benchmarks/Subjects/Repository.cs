namespace Isolation.Benchmarks.Subjects;

/// <summary>Locates files in the working copy that this program was built in.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Root = new(FindRoot);

    /// <summary>Returns the absolute path of a file or directory in the repository.</summary>
    internal static string Find(string path) => Path.Combine(Root.Value, path);

    private static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory);
            directory is not null;
            directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Isolation.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException(
            $"No parent directory of {AppContext.BaseDirectory} contains Isolation.sln: run the benchmarks in the "
            + "repository.");
    }
}
