using System.Text.RegularExpressions;
using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>
/// Requires one public type per file, and a file name that matches the type. Namespaces are file-scoped (the build
/// checks that), so a declaration in the first column is a type that is not nested.
/// </summary>
internal static partial class OneTypePerFileRule
{
    public static IEnumerable<string> Violations(IEnumerable<TextFile> files)
    {
        foreach (TextFile file in files)
        {
            string[] types = [.. PublicType().Matches(file.Text).Select(match => match.Groups["name"].Value)
                .Distinct()];
            if (types.Length > 1)
            {
                yield return $"{file.Path} holds {string.Join(", ", types)}";
            }
            else if (types.Length == 1 && Path.GetFileName(file.Path).Split('.')[0] != types[0])
            {
                yield return $"{file.Path} holds {types[0]}";
            }
        }
    }

    [GeneratedRegex(
        @"^public [^=;""]*?\b(record struct|record class|class|struct|interface|enum|record"
        + @"|delegate [\w<>?\[\]., ]+?) (?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex PublicType();
}
