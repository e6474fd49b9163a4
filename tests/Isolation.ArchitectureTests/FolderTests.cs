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

    [TestCase("src")]
    [TestCase("tests")]
    [TestCase("examples")]
    [TestCase("benchmarks")]
    public void A_folder_holds_few_files(string directory) =>
        Assert.That(FolderSizeRule.Violations(RepositoryFiles.Below(directory, ".cs"), MostFiles), Is.Empty);
}
