namespace Isolation.Escapes.Harness;

/// <summary>Represents an attack of several steps.</summary>
/// <param name="number">The class of the attack.</param>
/// <param name="title">The description of the attack.</param>
/// <param name="bare">A function that tries the attack without the defence.</param>
/// <param name="inside">A function that tries the attack in a sandbox.</param>
internal sealed class ScriptedAttack(
    int number, string title, Func<Ground, Task<Finding>> bare, Func<Ground, Tier, Task<Finding>> inside)
    : Attack(number, title)
{
    internal override Task<Finding> BareAsync(Ground ground) => bare(ground);

    internal override Task<Finding> InsideAsync(Ground ground, Tier tier) => inside(ground, tier);
}
