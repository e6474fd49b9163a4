using Isolation.ArchitectureTests.Facts;
using Isolation.ArchitectureTests.Rules;

namespace Isolation.ArchitectureTests;

/// <summary>Checks the rules for all files of the repository.</summary>
public sealed class SourceTests
{
    private const int LongestFile = 300;
    private const int LongestLine = 120;

    private static readonly string[] CodeDirectories = ["src", "tests", "benchmarks", "examples", ".ci"];

    [Test]
    public void A_file_holds_one_public_type() =>
        Assert.That(OneTypePerFileRule.Violations(RepositoryFiles.Below("src", ".cs")), Is.Empty);

    [TestCaseSource(nameof(CodeDirectories))]
    public void No_source_file_is_too_long(string directory) =>
        Assert.That(FileLengthRule.Violations(RepositoryFiles.Below(directory, ".cs"), LongestFile), Is.Empty);

    [TestCaseSource(nameof(CodeDirectories))]
    public void No_source_line_is_too_long(string directory) =>
        Assert.That(LineLengthRule.Violations(RepositoryFiles.Below(directory, ".cs"), LongestLine), Is.Empty);

    [Test]
    public void Nothing_names_a_place_outside_the_repository() =>
        Assert.That(ForeignPlaceRule.Violations(RepositoryFiles.All, RepositoryFiles.Root), Is.Empty);

    // Ensures that the rules above do not pass because the list of files is empty.
    [TestCaseSource(nameof(CodeDirectories))]
    public void The_files_are_found(string directory) =>
        Assert.That(RepositoryFiles.Below(directory, ".cs"), Is.Not.Empty);
}
