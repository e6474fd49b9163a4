using System.Text.RegularExpressions;
using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>
/// Requires plain English in public text and comments, with a list of forbidden openings and phrases.
/// </summary>
internal static partial class PhraseRule
{
    private static readonly (string Name, Regex Pattern)[] Phrases =
    [
        ("a summary that opens with a wh-word", SummaryOpening()),
        ("a tag that opens with what or who", TagOpening()),
        ("a sentence that opens with a what-clause", SentenceOpening()),
        ("\"be had\"", BeHad()),
        ("\"is told\"", IsTold()),
        ("\"stands in\"", StandsIn()),
        ("\"be it\"", BeIt()),
        ("\"whoever\"", Whoever()),
        ("\"folder\"", Folder()),
        ("\"mistake\"", Mistake()),
        ("a turn of phrase", Turn()),
    ];

    /// <summary>Returns each offending line of source code or Markdown with the first rule that it breaks.</summary>
    public static IEnumerable<string> Violations(IEnumerable<TextFile> files) =>
        Violations(files, file => file.Path.EndsWith(".md", StringComparison.Ordinal)
            ? MarkdownText(file)
            : CodeText(file));

    /// <summary>
    /// Returns each offending comment of source code. Literals are exempt, because those of tests are often data.
    /// </summary>
    public static IEnumerable<string> CommentViolations(IEnumerable<TextFile> files) =>
        Violations(files, file => CodeText(file).Where(
            line => line.Text.StartsWith("//", StringComparison.Ordinal)));

    private static IEnumerable<string> Violations(
        IEnumerable<TextFile> files, Func<TextFile, IEnumerable<(int Number, string Text)>> text) =>
        from file in files
        from line in text(file)
        let broken = Phrases.FirstOrDefault(phrase => phrase.Pattern.IsMatch(line.Text))
        where broken.Name is not null
        select $"{file.Path}:{line.Number}: {broken.Name}: {line.Text.Trim()}";

    private static IEnumerable<(int Number, string Text)> MarkdownText(TextFile file)
    {
        bool isCode = false;
        int number = 0;
        foreach (string line in file.Lines)
        {
            number++;
            bool isFence = line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            isCode ^= isFence;
            if (!isCode && !isFence)
            {
                yield return (number, line);
            }
        }
    }

    // Returns comments, and string literals that look like sentences.
    private static IEnumerable<(int Number, string Text)> CodeText(TextFile file)
    {
        string previous = "";
        int number = 0;
        foreach (string line in file.Lines.Select(line => line.Trim()))
        {
            number++;
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                yield return (number, previous == "/// <summary>" ? $"/// <summary> {line[3..].TrimStart()}" : line);
            }
            else
            {
                foreach (Match literal in Literal().Matches(line))
                {
                    yield return (number, literal.Value);
                }
            }

            previous = line;
        }
    }

    [GeneratedRegex("\"[^\"\\\\]*(?:\\\\.[^\"\\\\]*)*\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"<summary>\s*(What|Who|Whoever|Whom|Whose|Whether|How|Which|Where|Why|When|That which)\b")]
    private static partial Regex SummaryOpening();

    [GeneratedRegex(@"<(param|returns|typeparam|value|exception)[^>]*>\s*(What|Who|Whoever|Whom|Whose)\b")]
    private static partial Regex TagOpening();

    [GeneratedRegex("(^/{2,3} |^[-*] |^|[.:;!] |\")(What|Who|Whoever|Whose|Whom|That which) (?!is it\\b)[^?]*$")]
    private static partial Regex SentenceOpening();

    [GeneratedRegex(
        @"\b(can|cannot|could|may|be|not|was|is|were|are) (not )?be had\b|\bnot had\b", RegexOptions.IgnoreCase)]
    private static partial Regex BeHad();

    [GeneratedRegex(@"\b(is|are|was|were|be|been|being) told\b", RegexOptions.IgnoreCase)]
    private static partial Regex IsTold();

    [GeneratedRegex(
        @"\bst(and|ands|ood) in (the|a|docs|\[|SECURITY|README|its|this|their|one)", RegexOptions.IgnoreCase)]
    private static partial Regex StandsIn();

    [GeneratedRegex(@"\bbe (it|they)\b", RegexOptions.IgnoreCase)]
    private static partial Regex BeIt();

    [GeneratedRegex(@"\bwhom?ever\b", RegexOptions.IgnoreCase)]
    private static partial Regex Whoever();

    [GeneratedRegex(@"\bfolders?\b", RegexOptions.IgnoreCase)]
    private static partial Regex Folder();

    [GeneratedRegex(@"\bmistakes?\b", RegexOptions.IgnoreCase)]
    private static partial Regex Mistake();

    [GeneratedRegex(@"\b(is said by|says so|has not to|make do with|made do with)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Turn();
}
