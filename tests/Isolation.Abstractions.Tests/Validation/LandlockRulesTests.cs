namespace Isolation.Abstractions.Tests.Validation;

public sealed class LandlockRulesTests
{
    [Test]
    public void The_default_policy_is_right() => Assert.That(Errors(new LandlockPolicy()), Is.Empty);

    [Test]
    public void A_policy_that_restricts_nothing_is_a_error() =>
        Assert.That(
            Errors(new LandlockPolicy { HandledFileAccess = LandlockFileAccess.None }),
            Is.EqualTo(new[] { "Landlock" }));

    [Test]
    public void Unknown_bits_are_errors() =>
        Assert.That(
            Errors(new LandlockPolicy
            {
                HandledFileAccess = (LandlockFileAccess)(1 << 20),
                HandledPortAccess = (LandlockPortAccess)4,
                Scopes = (LandlockScopes)4,
                Logging = (LandlockLogging)8,
                FileRequirement = (Requirement)7,
            }),
            Is.EqualTo(
                new[] { "Landlock.HandledFileAccess", "Landlock.HandledPortAccess", "Landlock.Scopes",
                    "Landlock.Logging", "Landlock.FileRequirement" }));

    [TestCase("usr", LandlockFileAccess.Read, "Landlock.FileRules[0].Path")]
    [TestCase("", LandlockFileAccess.Read, "Landlock.FileRules[0].Path")]
    [TestCase("/usr", LandlockFileAccess.None, "Landlock.FileRules[0].Access")]
    [TestCase("/usr", (LandlockFileAccess)(1 << 16), "Landlock.FileRules[0].Access")]
    public void Wrong_file_rules_are_errors(string path, LandlockFileAccess access, string member) =>
        Assert.That(Errors(new LandlockPolicy { FileRules = [new(path, access)] }), Is.EqualTo(new[] { member }));

    [Test]
    public void A_rule_for_what_is_not_handled_is_a_error() =>
        Assert.That(
            Errors(
                new LandlockPolicy
                {
                    HandledFileAccess = LandlockFileAccess.Write,
                    FileRules = [new("/usr", LandlockFileAccess.ReadWrite)],
                }),
            Is.EqualTo(new[] { "Landlock.FileRules[0].Access" }));

    [Test]
    public void Mounts_can_be_followed_where_there_are_some_and_files_are_handled()
    {
        SandboxSpecification host = new()
        {
            Root = new HostRoot(),
            Namespaces = NamespaceSet.NewOnly(Namespaces.None),
            User = SandboxUser.SameAsHost,
            Landlock = LandlockPolicy.OfMounts,
        };
        SandboxSpecification chroot = new()
        {
            Root = new ChrootRoot("/srv/root"),
            Namespaces = NamespaceSet.NewOnly(Namespaces.User),
            Landlock = LandlockPolicy.OfMounts,
        };

        Assert.Multiple(() =>
        {
            Assert.That(Errors(LandlockPolicy.OfMounts), Is.Empty);
            Assert.That(host.FindErrors().Select(error => error.Member), Is.EqualTo(new[] { "Landlock.MountRules" }));
            Assert.That(chroot.FindErrors().Select(error => error.Member), Is.EqualTo(new[] { "Landlock.MountRules" }));
            Assert.That(
                Errors(LandlockPolicy.OfMounts with { HandledFileAccess = LandlockFileAccess.None }),
                Is.EqualTo(new[] { "Landlock.MountRules" }));
            Assert.That(
                Errors(LandlockPolicy.OfMounts with { MountRules = (LandlockMountRules)2 }),
                Is.EqualTo(new[] { "Landlock.MountRules" }));
            Assert.That(
                LandlockPolicy.OfMounts with { MountRules = LandlockMountRules.None },
                Is.Not.EqualTo(LandlockPolicy.OfMounts));
        });
    }

    [TestCase(-1)]
    [TestCase(65536)]
    public void A_port_that_is_none_is_a_error(int port) =>
        Assert.That(
            Errors(
                new LandlockPolicy
                {
                    HandledPortAccess = LandlockPortAccess.Tcp,
                    PortRules = [new(port, LandlockPortAccess.BindTcp)],
                }),
            Is.EqualTo(new[] { "Landlock.PortRules[0].Port" }));

    [Test]
    public void A_port_rule_without_handled_ports_is_a_error() =>
        Assert.That(
            Errors(new LandlockPolicy { PortRules = [new(80, LandlockPortAccess.BindTcp)] }),
            Is.EqualTo(new[] { "Landlock.PortRules[0].Access" }));

    [Test]
    public void Policies_are_equal_by_value()
    {
        static LandlockPolicy Make() =>
            new()
            {
                FileRules = [new("/usr", LandlockFileAccess.Read)],
                HandledPortAccess = LandlockPortAccess.Tcp,
                PortRules = [new(80, LandlockPortAccess.BindTcp)],
            };

        LandlockPolicy one = Make(), another = Make();
        Assert.Multiple(() =>
        {
            Assert.That(one, Is.EqualTo(another));
            Assert.That(one.GetHashCode(), Is.EqualTo(another.GetHashCode()));
            Assert.That(Make(), Is.Not.EqualTo(Make() with { FileRules = [] }));
            Assert.That(Make(), Is.Not.EqualTo(Make() with { Scopes = LandlockScopes.Signals }));
        });
    }

    private static IEnumerable<string> Errors(LandlockPolicy policy) =>
        (new SandboxSpecification { Landlock = policy }).FindErrors().Select(error => error.Member);
}
