using Isolation.IntegrationTests.Support;
using Isolation.Linux.Hints;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.IntegrationTests.Hints;

/// <summary>
/// Each remedy is given in the situation it was written for, and there is none without such a situation.
/// </summary>
public sealed class RemedyTests
{
    private static readonly RemedyCase[] Cases =
    [
        .. LaunchCases.All, .. RootCases.All, .. FileCases.All, .. CommandCases.All, .. GroupCases.All,
        .. NetworkCases.All,
    ];

    private static IEnumerable<string> Situations => Cases.Select(static one => one.ToString());

    private static IEnumerable<string> Others => UnprovokedRemedies.All.Select(static one => one.ToString());

    [TestCaseSource(nameof(Situations))]
    public async Task A_remedy_is_given_in_the_situation_it_is_for(string situation)
    {
        RemedyCase one = Cases.Single(one => one.ToString() == situation);
        Requires.UserNamespaces();
        one.Needs();
        using HostDirectory directory = new();

        SandboxException refusal = await one.Provoke(directory);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.ErrorName, Is.EqualTo(ErrnoText.Name(one.Seen ?? one.Error)), refusal.Message);
            Assert.That(refusal.Remedy, Is.EqualTo(ErrorHints.Find(one.Kind, one.Subject ?? refusal.Target, one.Error)),
                refusal.Message);
            Assert.That(refusal.Remedy, Does.Contain(one.Words));
            Assert.That(refusal.Message, Does.Contain(refusal.Target ?? refusal.Stage).And.EndWith(refusal.Remedy!));
        }
    }

    [TestCaseSource(nameof(Others))]
    public void A_remedy_for_what_cannot_be_provoked_here_is_given_for_its_step_and_error(string reason)
    {
        UnprovokedRemedy one = UnprovokedRemedies.All.Single(one => one.ToString() == reason);

        Assert.That(ErrorHints.Find(one.Kind, "/a/place", one.Error), Does.Contain(one.Words));
    }

    [Test]
    public void Every_remedy_has_a_situation_or_a_reason_why_it_cannot_be_provoked()
    {
        (StepKind, int)[] provoked = [.. Cases.Select(static one => (one.Kind, one.Error)).Distinct()];
        (StepKind, int)[] others = [.. UnprovokedRemedies.All.Select(static one => (one.Kind, one.Error))];

        Assert.That(
            provoked.Concat(others), Is.EquivalentTo(
                ErrorHints.All.Select(static remedy => (remedy.Kind, remedy.Error))));
    }

    [Test]
    public void Every_remedy_is_whole_sentences()
    {
        foreach (Hint remedy in ErrorHints.All)
        {
            string text = remedy.Text("/a/place");
            Assert.That(
                text, Does.Match(@"^[A-Z/].*\.$").Or.Match("^[A-Z].*: sysctl -w .*$").And.Not.Contain("  "),
                $"{remedy.Kind} {remedy.Error}");
            Assert.That(text, Does.Not.Match("be had|folder|mistake"), $"{remedy.Kind} {remedy.Error}");
        }
    }

    [Test]
    public void An_error_that_fits_no_step_gets_no_remedy_of_another()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ErrorHints.Find(StepKind.Other, null, Errno.ENOMEM), Is.Null);
            Assert.That(ErrorHints.Find(StepKind.Other, null, Errno.ENOENT), Is.Null);
            Assert.That(ErrorHints.Find(StepKind.Landlock, null, Errno.ENOMEM), Is.Null);
            Assert.That(ErrorHints.Find(StepKind.TakeGroups, null, Errno.ENOMEM), Is.Null);
            Assert.That(ErrorHints.Find(StepKind.TakeFile, "/x", Errno.ENOENT), Does.Not.Contain("Overlay"));
        }
    }
}
