using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>Limits the length of lines, so that two editors fit side by side.</summary>
internal static class LineLengthRule
{
    public static IEnumerable<string> Violations(IEnumerable<TextFile> files, int limit) =>
        from file in files
        from line in file.Lines.Select((text, index) => (Text: text, Number: index + 1))
        where line.Text.Length > limit
        select $"{file.Path}:{line.Number}: {line.Text.Length} characters";
}
