using Isolation.TestSupport;

namespace Isolation.ArchitectureTests;

/// <summary>Tests the rule that a test fails if it lacks a promised requirement.</summary>
public sealed class RequirementRuleTests
{
    [TestCase("root", true, "root", RequirementVerdict.Run)]
    [TestCase("root", true, null, RequirementVerdict.Run)]
    [TestCase("root", false, null, RequirementVerdict.Skip)]
    [TestCase("root", false, "", RequirementVerdict.Skip)]
    [TestCase("root", false, "not-root,userns", RequirementVerdict.Skip)]
    [TestCase("root", false, "userns, root", RequirementVerdict.Fail)]
    [TestCase("program:python3", false, "program", RequirementVerdict.Fail)]
    [TestCase("program:python3", false, "program:python3", RequirementVerdict.Fail)]
    [TestCase("program:python3", false, "program:bwrap", RequirementVerdict.Skip)]
    public void A_promised_requirement_must_not_be_skipped(
        string name, bool available, string? promised, RequirementVerdict expected)
    {
        RequirementVerdict verdict = RequirementRule.Decide(name, available, promised);

        Assert.That(verdict, Is.EqualTo(expected));
    }

    [Test]
    public void A_program_that_every_machine_has_is_found() => Assert.That(Machine.FindProgram("sh"), Is.Not.Null);

    [Test]
    public void A_program_that_no_machine_has_is_not() => Assert.That(Machine.FindProgram("no-such-program"), Is.Null);
}
