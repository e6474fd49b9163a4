namespace Isolation.Escapes.Harness;

/// <summary>The outcomes of an attack.</summary>
/// <param name="Attack">The attack.</param>
/// <param name="Bare">The outcome without the defence.</param>
/// <param name="Inside">The outcome in each tier, in the order of <see cref="Tiers.All"/>.</param>
internal sealed record ScoreboardRow(Attack Attack, Finding Bare, IReadOnlyList<Finding> Inside)
{
    /// <summary>
    /// Gets a value indicating whether the probe works or reports why it cannot, and every tier holds.
    /// </summary>
    internal bool IsAsExpected =>
        Bare.Outcome is Outcome.Succeeded or Outcome.Void
        && Inside.Zip(Tiers.All).All(pair => Attack.IsExpected(pair.Second, pair.First));
}
