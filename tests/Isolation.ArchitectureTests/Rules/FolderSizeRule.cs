using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>Limits the number of files in a directory, because many files usually cover several subjects.</summary>
internal static class FolderSizeRule
{
    public static IEnumerable<string> Violations(IEnumerable<TextFile> files, int limit) =>
        files.GroupBy(file => Path.GetDirectoryName(file.Path))
            .Where(folder => folder.Count() > limit)
            .Select(folder => $"{folder.Key}: {folder.Count()} files");
}
