using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>A folder with many files is about more than one subject.</summary>
internal static class FolderSizeRule
{
    public static IEnumerable<string> Violations(IEnumerable<TextFile> files, int limit) =>
        files.GroupBy(file => Path.GetDirectoryName(file.Path))
            .Where(folder => folder.Count() > limit)
            .Select(folder => $"{folder.Key}: {folder.Count()} files");
}
