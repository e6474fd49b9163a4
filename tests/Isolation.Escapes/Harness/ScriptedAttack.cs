namespace Isolation.Escapes.Harness;

/// <summary>An attack of several steps.</summary>
/// <param name="number">The class.</param>
/// <param name="title">The description of the attack.</param>
/// <param name="bare">Tries it without the defence.</param>
/// <param name="inside">Tries it in a sandbox.</param>
internal sealed class ScriptedAttack(
    int number, string title, Func<Ground, Task<Finding>> bare, Func<Ground, Tier, Task<Finding>> inside)
    : Attack(number, title)
{
    internal override Task<Finding> BareAsync(Ground ground) => bare(ground);

    internal override Task<Finding> InsideAsync(Ground ground, Tier tier) => inside(ground, tier);
}
