using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>A line fits into an editor beside another one.</summary>
internal static class LineLengthRule
{
    public static IEnumerable<string> Violations(IEnumerable<TextFile> files, int limit) =>
        from file in files
        from line in file.Lines.Select((text, index) => (Text: text, Number: index + 1))
        where line.Text.Length > limit
        select $"{file.Path}:{line.Number}: {line.Text.Length} characters";
}
