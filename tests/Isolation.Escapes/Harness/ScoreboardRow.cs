namespace Isolation.Escapes.Harness;

/// <summary>What came of an attack.</summary>
/// <param name="Attack">The attack.</param>
/// <param name="Bare">What came of it without the defence.</param>
/// <param name="Inside">What came of it in each tier, in the order of <see cref="Tiers.All"/>.</param>
internal sealed record ScoreboardRow(Attack Attack, Finding Bare, IReadOnlyList<Finding> Inside)
{
    /// <summary>Whether the probe works or says why it cannot, and every tier holds what it is to hold.</summary>
    internal bool IsAsExpected =>
        Bare.Outcome is Outcome.Succeeded or Outcome.Void
        && Inside.Zip(Tiers.All).All(pair => Attack.IsExpected(pair.Second, pair.First));
}
