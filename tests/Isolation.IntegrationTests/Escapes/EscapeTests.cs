using Isolation.Escapes.Harness;

namespace Isolation.IntegrationTests.Escapes;

/// <summary>
/// Every attack of the escape suite: without a defence it works, against each tier it comes out as written down.
/// </summary>
public sealed class EscapeTests
{
    private static IEnumerable<TestCaseData> Attacks =>
        Catalogue.All.Select(attack => new TestCaseData(attack).SetArgDisplayNames($"{attack}"));

    private static IEnumerable<TestCaseData> AttacksOnTiers =>
        from attack in Catalogue.All
        from tier in Tiers.All
        select new TestCaseData(attack, tier).SetArgDisplayNames($"{attack}", tier.Name);

    [TestCaseSource(nameof(Attacks))]
    public async Task Nothing_refuses_it_to_a_process_without_a_sandbox(object attack)
    {
        Finding finding = await Trial.BareAsync((Attack)attack);

        if (finding.Outcome == Outcome.Void)
        {
            Assert.Ignore(finding.Detail);
        }

        Assert.That(finding.Outcome, Is.EqualTo(Outcome.Succeeded), finding.Detail);
    }

    [TestCaseSource(nameof(AttacksOnTiers))]
    public async Task Against_a_sandbox_it_comes_out_as_written_down(object attack, object tier)
    {
        Require((Tier)tier);
        Attack tried = (Attack)attack;

        Finding finding = await Trial.InsideAsync(tried, (Tier)tier);

        if (finding.Outcome == Outcome.Void)
        {
            Assert.Ignore(finding.Detail);
        }

        Assert.That(tried.IsExpected((Tier)tier, finding), Is.True,
            $"{finding.Outcome}: {finding.Detail}; "
                + $"{(tried.Open((Tier)tier) is { } why ? $"expected to succeed: {why}" : "expected to be refused")}");
    }

    internal static void Require(Tier tier)
    {
        if (tier.HasUsers)
        {
            Requires.UserNamespaces();
        }
    }

    [Test]
    public void Every_class_has_an_attack() =>
        Assert.That(
            Catalogue.All.Select(attack => attack.Number).Distinct(), Is.EquivalentTo(AttackClasses.Titles.Keys));

    [Test]
    public void No_attack_is_written_down_twice() =>
        Assert.That(Catalogue.All.Select(attack => $"{attack}"), Is.Unique);
}
