namespace Isolation.Abstractions.Tests.Validation;

public sealed class PrivilegeRulesTests
{
    private static readonly SandboxSpecification Plain = new();

    private static IEnumerable<TestCaseData> Faulty()
    {
        const Capabilities Unknown = (Capabilities)(1UL << 41);
        yield return new TestCaseData(null, "Capabilities");
        yield return new TestCaseData(new CapabilitySets { Bounding = Unknown }, "Capabilities.Bounding");
        yield return new TestCaseData(new CapabilitySets { Permitted = Unknown }, "Capabilities.Permitted");
        yield return new TestCaseData(new CapabilitySets { Effective = Capabilities.Kill }, "Capabilities.Effective");
        yield return new TestCaseData(
            new CapabilitySets { Inheritable = Capabilities.Kill }, "Capabilities.Inheritable");
        yield return new TestCaseData(
            new CapabilitySets { Permitted = Capabilities.Kill, Ambient = Capabilities.Kill }, "Capabilities.Ambient");
        yield return new TestCaseData(
            new CapabilitySets
            {
                Bounding = Capabilities.Kill,
                Inheritable = Capabilities.Kill,
                Ambient = Capabilities.Kill,
            }, "Capabilities.Ambient");
    }

    private static IEnumerable<TestCaseData> FaultyHardening()
    {
        yield return new TestCaseData(null, "Hardening");
        yield return new TestCaseData(
            new ProcessHardening { NewPrivileges = (NewPrivileges)2 }, "Hardening.NewPrivileges");
        yield return new TestCaseData(
            new ProcessHardening { SecureBits = (SecureBits)(1 << 4) }, "Hardening.SecureBits");
        yield return new TestCaseData(
            new ProcessHardening { SessionKeyring = (Requirement)2 }, "Hardening.SessionKeyring");
        yield return new TestCaseData(
            new ProcessHardening { DenyWriteExecute = (Requirement)(-1) }, "Hardening.DenyWriteExecute");
        yield return new TestCaseData(
            new ProcessHardening { Speculation = (SpeculationControls)8 }, "Hardening.Speculation");
        yield return new TestCaseData(
            new ProcessHardening { SpeculationRequirement = (Requirement)2 }, "Hardening.SpeculationRequirement");
        yield return new TestCaseData(
            new ProcessHardening { CoreScheduling = (Requirement)2 }, "Hardening.CoreScheduling");
        yield return new TestCaseData(new ProcessHardening { OutOfMemoryScore = -1001 }, "Hardening.OutOfMemoryScore");
        yield return new TestCaseData(new ProcessHardening { OutOfMemoryScore = 1001 }, "Hardening.OutOfMemoryScore");
        yield return new TestCaseData(new ProcessHardening { FileWatchers = -1 }, "Hardening.FileWatchers");
        yield return new TestCaseData(new ProcessHardening { FileWatches = -1 }, "Hardening.FileWatches");
        yield return new TestCaseData(new ProcessHardening { NestedNamespaces = 0 }, "Hardening.NestedNamespaces");
    }

    [TestCaseSource(nameof(Faulty))]
    public void A_set_that_contradicts_another_is_named(CapabilitySets? sets, string member) =>
        Errors.One(Plain with { Capabilities = sets! }, member);

    [TestCaseSource(nameof(FaultyHardening))]
    public void A_member_out_of_range_is_named(ProcessHardening? hardening, string member) =>
        Errors.One(Plain with { Hardening = hardening! }, member);

    [Test]
    public void All_capabilities_in_all_sets_and_the_ends_of_the_score_are_good() => Assert.Multiple(() =>
    {
        Errors.None(Plain with { Capabilities = CapabilitySets.Of(Capabilities.All) });
        Errors.None(Plain with { Hardening = new ProcessHardening { OutOfMemoryScore = -1000 } });
        Errors.None(Plain with { Hardening = new ProcessHardening { OutOfMemoryScore = 1000 } });
    });

    [Test]
    public void A_command_can_have_no_more_than_the_bounding_set_of_its_sandbox()
    {
        SandboxSpecification specification = Plain with { Capabilities = CapabilitySets.Of(Capabilities.Kill) };
        SandboxCommand command = new("/bin/true")
        {
            Capabilities = CapabilitySets.Of(Capabilities.Kill | Capabilities.Chown),
        };

        Errors.One(command.FindErrors(specification), "Capabilities.Bounding", "Chown");
        Assert.That(
            (command with { Capabilities = CapabilitySets.Of(Capabilities.Kill) }).FindErrors(specification), Is.Empty);
    }
}
