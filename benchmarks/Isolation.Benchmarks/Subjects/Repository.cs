namespace Isolation.Benchmarks.Subjects;

/// <summary>The working copy that this program was built in.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Root = new(FindRoot);

    /// <summary>The absolute path of a file or directory of the repository.</summary>
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

        throw new InvalidOperationException("The benchmarks run in the repository only: its files are not there.");
    }
}
