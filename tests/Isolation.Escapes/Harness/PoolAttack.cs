using System.Diagnostics;
using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Harness;

/// <summary>
/// Represents an attack in which a process takes more of a kernel resource than a sandbox's share, and holds it. In a
/// sandbox, the excess is refused, and a neighbour still gets one. The process takes at most one beyond the share, so
/// that the machine keeps enough.
/// </summary>
/// <param name="what">The name of the resource.</param>
/// <param name="share">The number that one sandbox may have.</param>
/// <param name="take">An action that takes one, with a call of the given name; without a name, the call is not
/// reported.</param>
/// <param name="refusals">The errors at the end of the share, or with which a sandbox may refuse all.</param>
internal sealed class PoolAttack(string what, int share, Action<Payload, Scene, string?> take, params string[] refusals)
    : Attack(28, $"exceed the share of {what}")
{
    private const string Call = "use";

    /// <summary>Gets an action that runs once before the attack.</summary>
    internal Action<Payload> Prepare { get; init; } = static _ => { };

    /// <summary>Gets the reasons why the attack cannot be tried on this host, by the resulting error.</summary>
    internal Dictionary<string, string> VoidErrors { get; init; } = [];

    internal override async Task<Finding> BareAsync(Ground ground)
    {
        Payload taker = Taker(new Scene(ground, ground.Victim, null));
        Process process = ground.StartBare(taker);
        PayloadRun run = await PairAttack.ReadAsync(taker, process.StandardOutput.BaseStream).ConfigureAwait(false);
        return !run.Succeeded(Call) && VoidErrors.TryGetValue(run.Describe(Call), out string? why)
            ? Finding.Void($"{run.Describe(Call)}: {why}")
            : Finding.Of(run, Call, refusals);
    }

    internal override async Task<Finding> InsideAsync(Ground ground, Tier tier)
    {
        await using Cell first = await ground.OpenAsync(tier).ConfigureAwait(false);
        await using Cell second = await ground.OpenAsync(tier).ConfigureAwait(false);
        Payload taker = Taker(new Scene(ground, first.InitProcess, tier));
        await using ISandboxProcess process = await first.StartAsync(
            taker, static command => command with { StandardOutput = OutputTarget.Pipe }).ConfigureAwait(false);
        PayloadRun taken = await PairAttack.ReadAsync(taker, process.StandardOutput!).ConfigureAwait(false);
        Finding finding = Finding.Of(taken, Call, refusals);
        if (finding.Outcome != Outcome.Held)
        {
            return finding;
        }

        Payload neighbour = new();
        Prepare(neighbour);
        take(neighbour, new Scene(ground, second.InitProcess, tier), Call);
        PayloadRun left = await second.RunAsync(neighbour).ConfigureAwait(false);
        return left.Succeeded(Call) ? finding
            : left.Describe(Call) == taken.Describe(Call) && left.Describe(Call) is "EPERM" or "ENOSYS" or "EACCES"
                ? finding
            : Finding.Succeeded($"a neighbour gets none: {left.Describe(Call)}");
    }

    private Payload Taker(Scene scene)
    {
        Payload payload = new();
        Prepare(payload);
        if (share > 0)
        {
            payload.Repeat(share, () => take(payload, scene, null));
        }

        take(payload, scene, Call);
        payload.Pause();
        return payload;
    }
}
