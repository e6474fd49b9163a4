using Isolation.Escapes.Harness;

namespace Isolation.IntegrationTests.Escapes;

/// <summary>
/// A program in a sandbox that uses this library itself gets a sandbox, or the reason why it cannot have one.
/// </summary>
public sealed class NestedUseTests
{
    private static IEnumerable<TestCaseData> AllTiers =>
        Tiers.All.Select(static tier => new TestCaseData(tier).SetArgDisplayNames(tier.Name));

    [TestCaseSource(nameof(AllTiers))]
    public async Task A_sandbox_in_a_sandbox_is_had_or_refused_with_a_reason(object tier)
    {
        EscapeTests.Require((Tier)tier);
        using Ground ground = new();
        (SandboxCommand command, string[] directories) = Nested.Command();
        Tier tried = (Tier)tier;

        // The runtime reads a lot of procfs, of which every other tier has an own one.
        string[] seen = tried.HasMounts ? directories : [.. directories, "/proc"];
        await using Cell cell = await ground.OpenAsync(tried, builder => seen.Aggregate(builder, tried.Show));

        SandboxResult result = await cell.Sandbox.RunAsync(command);

        Assert.That(
            result.StandardOutput.Text, Does.StartWith("ran: Completed 0").Or.Match(@"^refused: E\w+: Cannot .*\. .+"),
            $"{result.Outcome} {result.ExitCode} {result.Signal}: {result.StandardError.Text}");
    }
}
