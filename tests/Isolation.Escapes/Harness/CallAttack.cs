using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Harness;

/// <summary>Represents an attack that succeeds if one system call of its payload succeeds.</summary>
internal sealed class CallAttack : Attack
{
    private readonly string _call;
    private readonly Func<Scene, Payload> _make;

    /// <param name="number">The class of the attack.</param>
    /// <param name="title">The description of the attack.</param>
    /// <param name="call">The name of the call that decides.</param>
    /// <param name="make">A function that creates the payload.</param>
    /// <param name="refusals">The names of the errors and signals with which a sandbox may refuse the attack.</param>
    internal CallAttack(int number, string title, string call, Func<Scene, Payload> make, params string[] refusals)
        : base(number, title)
    {
        _call = call;
        _make = make;
        Refusals = refusals;
    }

    internal string[] Refusals { get; }

    /// <summary>
    /// Gets the reasons why the attack does not work even without a sandbox, by the resulting error.
    /// </summary>
    internal Dictionary<string, string> VoidErrors { get; init; } = [];

    /// <summary>Gets a function that adds settings to the sandbox.</summary>
    internal Func<Tier, SandboxBuilder, SandboxBuilder> Change { get; init; } = static (_, builder) => builder;

    /// <summary>Gets a function that judges the whole report of the payload instead of the call alone.</summary>
    internal Func<Scene, PayloadRun, Finding>? Judge { get; init; }

    internal override async Task<Finding> BareAsync(Ground ground)
    {
        Scene scene = new(ground, ground.Victim, null);
        PayloadRun run = await ground.RunBareAsync(_make(scene));
        Finding finding = Decide(scene, run);
        return finding.Outcome != Outcome.Succeeded && VoidErrors.TryGetValue(run.Describe(_call), out string? why)
            ? Finding.Void($"{run.Describe(_call)}: {why}")
            : finding;
    }

    internal override async Task<Finding> InsideAsync(Ground ground, Tier tier)
    {
        await using Cell cell = await ground.OpenAsync(tier, builder => Change(tier, builder));
        Scene scene = new(ground, cell.InitProcess, tier);
        return Decide(scene, await cell.RunAsync(_make(scene)));
    }

    private Finding Decide(Scene scene, PayloadRun run) =>
        Judge?.Invoke(scene, run) ?? Finding.Of(run, _call, Refusals);
}
