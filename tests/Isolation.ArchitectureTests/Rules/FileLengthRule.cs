using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>Limits the length of files, because a long file usually has more than one purpose.</summary>
internal static class FileLengthRule
{
    public static IEnumerable<string> Violations(IEnumerable<TextFile> files, int limit) =>
        files.Select(file => (file.Path, Count: file.Text.TrimEnd('\n').Split('\n').Length))
            .Where(file => file.Count > limit)
            .Select(file => $"{file.Path}: {file.Count} lines");
}
