namespace Isolation.ArchitectureTests.Facts;

/// <summary>
/// Provides the files of the repository. The search goes upwards from the test, so that a copy of the tree works too.
/// </summary>
internal static class RepositoryFiles
{
    private static readonly string[] Generated = ["bin", "obj", ".git", "TestResults", "BenchmarkDotNet.Artifacts",
        "artifacts"];
    private static readonly string[] Binary = [".png", ".gif", ".ico", ".trx", ".dll", ".pdb"];

    public static string Root { get; } = FindRoot();

    /// <summary>Gets all text files, with their paths relative to the root.</summary>
    public static IReadOnlyList<TextFile> All { get; } = [.. Walk(new DirectoryInfo(Root))];

    public static IEnumerable<TextFile> Below(string directory, string extension) =>
        All.Where(file => file.Path.StartsWith(directory + "/", StringComparison.Ordinal)
            && file.Path.EndsWith(extension, StringComparison.Ordinal));

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

        throw new InvalidOperationException($"No Isolation.sln above {AppContext.BaseDirectory}.");
    }

    private static IEnumerable<TextFile> Walk(DirectoryInfo directory)
    {
        foreach (FileInfo file in directory.EnumerateFiles())
        {
            // In a git worktree, `.git` is a file that contains the path of the repository.
            if (!Binary.Contains(file.Extension) && file.Name != ".git")
            {
                yield return new TextFile(Path.GetRelativePath(Root, file.FullName), File.ReadAllText(file.FullName));
            }
        }

        foreach (DirectoryInfo child in directory.EnumerateDirectories().Where(
            child => !Generated.Contains(child.Name)))
        {
            foreach (TextFile file in Walk(child))
            {
                yield return file;
            }
        }
    }
}
