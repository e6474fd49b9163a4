namespace Isolation.Abstractions.Tests.Support;

/// <summary>Tests what the features of a host say about a specification.</summary>
public sealed class SpecificationSupportTests
{
    [Test]
    public void Features_that_are_not_used_do_not_matter()
    {
        SandboxSpecification unprivileged = new()
        {
            Root = new HostRoot(),
            Namespaces = NamespaceSet.NewOnly(Namespaces.None),
            User = SandboxUser.SameAsHost,
        };

        SpecificationSupport support = Without(IsolationFeature.UserNamespaces, IsolationFeature.ProcMounts)
            .Check(unprivileged);

        Assert.That(support.IsUsable, Is.True);
        Assert.That(
            support.Usable.Select(feature => feature.Feature), Is.EqualTo(new[] { IsolationFeature.Platform }));
    }

    [TestCase(Requirement.Require)]
    [TestCase(Requirement.Prefer)]
    public void A_feature_is_missing_or_degraded_as_it_is_required(Requirement requirement)
    {
        SandboxSpecification specification = new() { Limits = new() { Memory = 1 << 20, Requirement = requirement } };

        SpecificationSupport support = Without(IsolationFeature.Cgroups).Check(specification);

        NotApplied[] expected = [new("Cgroups", "not here", "get one")];
        bool isRequired = requirement == Requirement.Require;
        Assert.That(support.IsUsable, Is.Not.EqualTo(isRequired));
        Assert.That(support.Missing, Is.EqualTo(isRequired ? expected : []));
        Assert.That(support.Degraded, Is.EqualTo(isRequired ? [] : expected));
    }

    [Test]
    public void One_entry_that_requires_a_feature_outweighs_those_that_prefer_it()
    {
        SandboxSpecification specification = new()
        {
            Mounts =
            [
                new BindMount("/usr", "/usr") { Requirement = Requirement.Prefer },
                new BindMount("/opt", "/opt"),
            ],
        };

        SpecificationSupport support = Without(IsolationFeature.RecursiveReadOnly).Check(specification);

        Assert.That(support.Missing.Select(missing => missing.Feature), Is.EqualTo(new[] { "RecursiveReadOnly" }));
    }

    [Test]
    public void The_provider_decides_if_it_can()
    {
        SpecificationSupport answer = new() { Missing = [new("a step", "refused", null)] };
        IsolationSupport support = Without() with { Checker = _ => answer };

        Assert.That(support.Check(new SandboxSpecification()), Is.SameAs(answer));
        Assert.That(support, Is.Not.EqualTo(Without(IsolationFeature.Platform)));
    }

    [Test]
    public void An_invalid_specification_is_refused() =>
        Assert.That(
            () => Without().Check(new SandboxSpecification { HostName = "" }),
            Throws.TypeOf<SandboxSpecificationException>());

    private static IsolationSupport Without(params IsolationFeature[] missing) =>
        new([.. Enum.GetValues<IsolationFeature>().Select(feature => missing.Contains(feature)
            ? new FeatureSupport(feature, false, "not here", "get one")
            : new FeatureSupport(feature, true, "here", null))]);
}
