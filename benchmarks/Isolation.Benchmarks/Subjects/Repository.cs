namespace Isolation.Benchmarks.Subjects;

/// <summary>The working copy that this program was built in.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Root = new(FindRoot);

    /// <summary>The absolute path of a file or folder of the repository.</summary>
    internal static string Find(string path) => Path.Combine(Root.Value, path);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Isolation.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The benchmarks run in the repository only: its files are not there.");
    }
}
