using Isolation.ArchitectureTests.Facts;
using Isolation.ArchitectureTests.Rules;

namespace Isolation.ArchitectureTests;

/// <summary>Checks that the directories of each project depend on each other in one direction only.</summary>
public sealed class FolderTests
{
    private const int MostFiles = 25;

    private static readonly string[] Projects =
    [
        "src/Isolation.Abstractions", "src/Isolation.Core", "src/Isolation.Linux", "src/Isolation.Plugins",
        "src/Isolation.Plugins.Contracts",
    ];

    [TestCaseSource(nameof(Projects))]
    public void Folders_of_a_project_have_no_circles(string project) =>
        Assert.That(FolderCircleRule.Violations(FolderGraph.Of(project)), Is.Empty);

    [TestCase("internal class Low { Top? _top; }", 1)]
    [TestCase("internal class Low { object? _top = Top.Make(); }", 1)]
    [TestCase("internal class Low;", 0)]
    [TestCase("/// <summary>See <see cref=\"Top\"/>.</summary>\ninternal class Low;", 0)]
    public void A_planted_circle_is_found(string low, int circles)
    {
        FolderGraph graph = FolderGraph.Of("src/P/",
        [
            new TextFile("src/P/Bottom/Low.cs", $"namespace P;\n{low}"),
            new TextFile("src/P/Middle/Half.cs", "namespace P;\ninternal class Half : Low;"),
            new TextFile(
                "src/P/Upper/Top.cs",
                "namespace P;\ninternal class Top : Half { internal static object? Make() => null; }"),
        ]);

        Assert.That(FolderCircleRule.Violations(graph).Count(), Is.EqualTo(circles));
    }

    [Test]
    public void A_folder_and_those_in_it_count_as_one()
    {
        FolderGraph graph = FolderGraph.Of("src/P/",
        [
            new TextFile("src/P/Whole/One.cs", "namespace P;\ninternal class One { Part? _part; }"),
            new TextFile("src/P/Whole/Inner/Part.cs", "namespace P;\ninternal class Part { One? _one; }"),
        ]);

        Assert.That(FolderCircleRule.Violations(graph), Is.Empty);
    }

    // With ISOLATION_UPDATE_DOCUMENTS=1 the test writes the picture instead.
    [Test]
    public void The_picture_of_the_folders_is_up_to_date()
    {
        const string Begin = "<!-- directories of src/Isolation.Linux -->\n", End = "<!-- end of directories -->";
        string path = Path.Combine(RepositoryFiles.Root, "ARCHITECTURE.md");
        string text = File.ReadAllText(path);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.That(begin, Is.GreaterThan(Begin.Length).And.LessThanOrEqualTo(end), "its place in the document");
        string picture = FolderPicture.Draw(FolderGraph.Of("src/Isolation.Linux"));
        if (Environment.GetEnvironmentVariable("ISOLATION_UPDATE_DOCUMENTS") == "1")
        {
            File.WriteAllText(path, text[..begin] + picture + text[end..]);
            return;
        }

        Assert.That(text[begin..end], Is.EqualTo(picture));
    }

    [TestCase("src")]
    [TestCase("tests")]
    [TestCase("examples")]
    [TestCase("benchmarks")]
    public void A_folder_holds_few_files(string directory) =>
        Assert.That(FolderSizeRule.Violations(RepositoryFiles.Below(directory, ".cs"), MostFiles), Is.Empty);
}
