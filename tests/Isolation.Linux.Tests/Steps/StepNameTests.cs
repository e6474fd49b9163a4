using System.Text.RegularExpressions;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Tests.Steps;

/// <summary>Checks the identifiers of kinds of steps, and that docs/errors.md lists each.</summary>
public sealed partial class StepNameTests
{
    private static readonly StepKind[] Kinds = Enum.GetValues<StepKind>();

    [Test]
    public void Each_kind_has_an_identifier_of_its_own()
    {
        string[] names = [.. Kinds.Select(StepNames.Of)];

        Assert.That(names, Is.Unique.And.All.Match("^[a-z]+(-[a-z]+)*$"));
        Assert.That(() => StepNames.Of((StepKind)Kinds.Length), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void An_exception_carries_the_identifier_of_its_step()
    {
        foreach (StepKind kind in Kinds)
        {
            Assert.That(
                SandboxErrors.Create(new ProgramStep("try", null, kind), Errno.EPERM).Operation,
                Is.EqualTo(StepNames.Of(kind)));
        }
    }

    [Test]
    public void The_documentation_lists_each_identifier_once()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "docs", "errors.md")))
        {
            directory = directory.Parent;
        }

        string text = File.ReadAllText(Path.Combine(directory!.FullName, "docs", "errors.md"));
        string section = text[text.IndexOf("## Operations", StringComparison.Ordinal)..];

        Assert.That(
            Row().Matches(section).Select(row => row.Groups[1].Value), Is.EquivalentTo(Kinds.Select(StepNames.Of)));
    }

    [GeneratedRegex(@"^\| `([a-z-]+)` \| [A-Z].*\. \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
