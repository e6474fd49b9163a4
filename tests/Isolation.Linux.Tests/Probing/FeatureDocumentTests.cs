using System.Text.RegularExpressions;

namespace Isolation.Linux.Tests.Probing;

/// <summary>Checks that <c>docs/host-support.md</c> has a row for each feature.</summary>
public sealed partial class FeatureDocumentTests
{
    [Test]
    public void Each_feature_has_one_full_row()
    {
        string[] rows = [.. File.ReadLines(FindDocument()).Where(line => Row().IsMatch(line))];

        Assert.Multiple(() =>
        {
            Assert.That(
                rows.Select(row => Row().Match(row).Groups[1].Value), Is.EqualTo(Enum.GetNames<IsolationFeature>()));
            Assert.That(
                rows.Select(row => row.Trim('|').Split('|').Count(cell => cell.Trim().Length > 0)), Is.All.EqualTo(4));
        });
    }

    private static string FindDocument()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory);
            directory is not null;
            directory = directory.Parent)
        {
            string path = Path.Combine(directory.FullName, "docs", "host-support.md");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("docs/host-support.md is in no directory above the tests.");
    }

    [GeneratedRegex(@"^\| `(\w+)` \|")]
    private static partial Regex Row();
}
