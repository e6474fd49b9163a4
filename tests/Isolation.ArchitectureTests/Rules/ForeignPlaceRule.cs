using System.Text.RegularExpressions;
using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>
/// Keeps the repository portable: no file names a directory of the development machine, or a package registry, since
/// each machine has its own.
/// </summary>
internal static partial class ForeignPlaceRule
{
    public static IEnumerable<string> Violations(IEnumerable<TextFile> files, string root)
    {
        // A sandbox may use the same path as a clone directly below the root directory.
        Regex? clone = root.Count(character => character == '/') > 1
            ? new Regex($@"(^|[^\w./]){Regex.Escape(root)}(?!\w)")
            : null;
        foreach (TextFile file in files)
        {
            int number = 0;
            foreach (string line in file.Lines)
            {
                number++;
                if (clone?.IsMatch(line) == true || Developer().IsMatch(line) || Registry().IsMatch(line))
                {
                    yield return $"{file.Path}:{number}: {line.Trim()}";
                }
            }
        }
    }

    [GeneratedRegex(@"/Users/\w|[A-Z]:\\Users\\|/home/\w+/(src|source|repos|git|projects|code|dev)\b")]
    private static partial Regex Developer();

    [GeneratedRegex(
        @"\b((api|www)\.nuget\.org|nuget\.org[/:]|registry\.npmjs\.|deb\.debian\.org|pypi\.org|pkgs\.dev\.azure"
        + @"|myget\.org|proxy\.golang\.)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Registry();
}
