using System.Text.RegularExpressions;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>Each C# block of README.md and of docs/ is one of the snippets, which are compiled and run.</summary>
public sealed partial class DocumentTests
{
    internal static readonly string Root = FindRoot();

    private static readonly string[] Directories =
        ["tests/Isolation.IntegrationTests/Snippets", "tests/Isolation.CodeJudge.Tests/Snippets"];

    private static Dictionary<string, string> Snippets { get; } = Directories
        .SelectMany(directory => Directory.EnumerateFiles(Path.Combine(Root, directory), "*.cs"))
        .SelectMany(file => Marked().Matches(File.ReadAllText(file)))
        .GroupBy(match => match.Groups["name"].Value, match => Unindent(match.Groups["code"].Value))
        .ToDictionary(parts => parts.Key, parts => string.Join("\n\n", parts));

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Prepend(Path.Combine(Root, "README.md"))
            .Select(path => Path.GetRelativePath(Root, path));

    [TestCaseSource(nameof(Documents))]
    public void Each_block_is_a_snippet_that_runs(string document)
    {
        string text = File.ReadAllText(Path.Combine(Root, document));

        IEnumerable<string> strangers = Block().Matches(text)
            .Select(match => match.Groups["code"].Value.TrimEnd())
            .Where(code => !Snippets.ContainsValue(code));

        Assert.That(strangers, Is.Empty);
    }

    [Test]
    public void Each_snippet_is_shown()
    {
        string all = string.Concat(Documents().Select(path => File.ReadAllText(Path.Combine(Root, path))));

        Assert.That(
            Snippets.Where(snippet => !all.Contains(snippet.Value, StringComparison.Ordinal))
            .Select(snippet => snippet.Key), Is.Empty);
    }

    private static string Unindent(string code)
    {
        string[] lines = code.Split('\n');
        int indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : line.Trim())).Trim('\n');
    }

    private static string FindRoot()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Isolation.sln")))
        {
            directory = Path.GetDirectoryName(directory)
                ?? throw new InvalidOperationException("The repository is not above the tests.");
        }

        return directory;
    }

    [GeneratedRegex(
        @"^[ ]*// snippet: (?<name>[\w-]+)\n(?<code>.*?)\n[ ]*// snippet end",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)\n```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
