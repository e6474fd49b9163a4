using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Harness;

/// <summary>An attack that succeeds if one call of its payload does.</summary>
internal sealed class CallAttack : Attack
{
    private readonly string _call;
    private readonly Func<Scene, Payload> _make;

    /// <param name="number">The class.</param>
    /// <param name="title">What is tried.</param>
    /// <param name="call">The name of the call that decides.</param>
    /// <param name="make">Makes the payload.</param>
    /// <param name="refusals">The errors with which a sandbox may refuse it; names of errors and of signals.</param>
    internal CallAttack(int number, string title, string call, Func<Scene, Payload> make, params string[] refusals)
        : base(number, title)
    {
        _call = call;
        _make = make;
        Refusals = refusals;
    }

    internal string[] Refusals { get; }

    /// <summary>Why the attack does not work without a sandbox either, by the error that is then seen.</summary>
    internal Dictionary<string, string> VoidErrors { get; init; } = [];

    /// <summary>What the sandbox is made with besides.</summary>
    internal Func<Tier, SandboxBuilder, SandboxBuilder> Change { get; init; } = static (_, builder) => builder;

    /// <summary>Decides on what the payload told instead of the call alone.</summary>
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
