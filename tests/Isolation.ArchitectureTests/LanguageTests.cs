using Isolation.ArchitectureTests.Facts;
using Isolation.ArchitectureTests.Rules;

namespace Isolation.ArchitectureTests;

/// <summary>Checks that the text of the library is plain English.</summary>
public sealed class LanguageTests
{
    [TestCase("src")]
    [TestCase("examples")]
    [TestCase("benchmarks")]
    public void Code_has_no_listed_phrase(string directory) =>
        Assert.That(PhraseRule.Violations(RepositoryFiles.Below(directory, ".cs")), Is.Empty);

    [Test]
    public void Comments_of_tests_have_no_listed_phrase() =>
        Assert.That(PhraseRule.CommentViolations(RepositoryFiles.Below("tests", ".cs")), Is.Empty);

    // The change log is exempt, because it lists the old names of renamed members.
    [Test]
    public void Documents_have_no_listed_phrase() =>
        Assert.That(
            PhraseRule.Violations(
                RepositoryFiles.All.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)
                    && file.Path != "CHANGELOG.md")),
            Is.Empty);

    [TestCase("A.cs", "/// <summary>What it does.</summary>", 1)]
    [TestCase("A.cs", "/// <summary>\n/// Whether it does.\n/// </summary>", 1)]
    [TestCase("A.cs", "/// <summary>Gets a value indicating whether it does.</summary>", 0)]
    [TestCase("A.cs", "/// <param name=\"a\">Who does it.</param>", 1)]
    [TestCase("A.cs", "// Who does it is free.", 1)]
    [TestCase("A.cs", "// Who does it?", 0)]
    [TestCase("A.cs", "throw new E(\"The sandbox cannot be had.\");", 1)]
    [TestCase("A.cs", "string folder = \"a\";", 0)]
    [TestCase("A.cs", "throw new E(\"No such folder.\");", 1)]
    [TestCase("a.md", "For the figures, see the page.", 0)]
    [TestCase("a.md", "The figures stand in the page.", 1)]
    [TestCase("a.md", "```sh\nmkdir folder\n```", 0)]
    public void A_listed_phrase_is_found(string path, string text, int violations) =>
        Assert.That(PhraseRule.Violations([new TextFile(path, text)]).Count(), Is.EqualTo(violations));

    [TestCase("/// <summary>What it does.</summary>", 1)]
    [TestCase("Assert.That(text, Is.EqualTo(\"No such folder.\"));", 0)]
    public void A_listed_phrase_of_a_comment_is_found(string text, int violations) =>
        Assert.That(PhraseRule.CommentViolations([new TextFile("A.cs", text)]).Count(), Is.EqualTo(violations));
}
