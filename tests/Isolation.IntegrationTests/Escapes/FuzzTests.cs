using Isolation.Escapes.Fuzzing;
using Isolation.Escapes.Harness;

namespace Isolation.IntegrationTests.Escapes;

/// <summary>
/// Random system calls from inside harm neither the host nor the sandbox's first process nor the next sandbox.
/// </summary>
public sealed class FuzzTests
{
    private static IEnumerable<TestCaseData> AllTiers =>
        Tiers.All.Select(static tier => new TestCaseData(tier).SetArgDisplayNames(tier.Name));

    [TestCaseSource(nameof(AllTiers))]
    public async Task Random_calls_from_inside_harm_nothing(object tier)
    {
        EscapeTests.Require((Tier)tier);
        int seed = Fuzz.Seed;

        string? fault = await Fuzz.RunAsync((Tier)tier, seed, Fuzz.Rounds);

        Assert.That(fault, Is.Null);
    }
}
