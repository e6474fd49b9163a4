using System.Diagnostics;
using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Harness;

/// <summary>
/// Represents an attack with two payloads: one leaves an object and keeps running, and the other looks for it. They run
/// as two processes of the host, then in two sandboxes of a tier. Both report a call <c>use</c>.
/// </summary>
internal sealed class PairAttack(
    string what, Action<Payload, Ground> leave, Action<Payload, Ground> look, params string[] refusals)
    : Attack(18, $"find an object of another sandbox: {what}")
{
    private const string Call = "use";

    /// <summary>Gets an action that removes the objects that processes without a sandbox leave on the host.</summary>
    internal Action<Ground> CleanUp { get; init; } = static _ => { };

    internal Func<PayloadRun, Finding>? Judge { get; init; }

    internal override async Task<Finding> BareAsync(Ground ground)
    {
        try
        {
            Payload leaver = Leaver(ground);
            Process process = ground.StartBare(leaver);
            PayloadRun left = await ReadAsync(leaver, process.StandardOutput.BaseStream).ConfigureAwait(false);
            return left.Succeeded(Call)
                ? Decide(await ground.RunBareAsync(Looker(ground)).ConfigureAwait(false))
                : VoidOrUnclear(left);
        }
        finally
        {
            CleanUp(ground);
        }
    }

    internal override async Task<Finding> InsideAsync(Ground ground, Tier tier)
    {
        try
        {
            await using Cell first = await ground.OpenAsync(tier).ConfigureAwait(false);
            await using Cell second = await ground.OpenAsync(tier).ConfigureAwait(false);
            Payload leaver = Leaver(ground);
            await using ISandboxProcess process = await first.StartAsync(
                leaver, static command => command with { StandardOutput = OutputTarget.Pipe }).ConfigureAwait(false);
            PayloadRun left = await ReadAsync(leaver, process.StandardOutput!).ConfigureAwait(false);
            return left.Succeeded(Call) ? Decide(await second.RunAsync(Looker(ground)).ConfigureAwait(false))
                : refusals.Contains(left.Describe(Call)) ? Finding.Held($"{left.Describe(Call)} when creating it")
                : Finding.Unclear($"nothing was left: {left}");
        }
        finally
        {
            CleanUp(ground);
        }
    }

    private Finding Decide(PayloadRun run) => Judge?.Invoke(run) ?? Finding.Of(run, Call, refusals);

    private static Finding VoidOrUnclear(PayloadRun left) =>
        left.Describe(Call) == "ENOSYS"
            ? Finding.Void("ENOSYS: this kernel has none")
            : Finding.Unclear($"nothing was left: {left}");

    private Payload Leaver(Ground ground)
    {
        Payload payload = new();
        leave(payload, ground);
        payload.Pause();
        return payload;
    }

    private Payload Looker(Ground ground)
    {
        Payload payload = new();
        look(payload, ground);
        return payload;
    }

    // Reads the reports of a payload before it waits: one record for each call.
    internal static async Task<PayloadRun> ReadAsync(Payload payload, Stream output)
    {
        byte[] told = new byte[payload.Names.Count * Payload.RecordSize];
        int count = await output.ReadAtLeastAsync(told, told.Length, throwOnEndOfStream: false).AsTask()
            .WaitAsync(Ground.Patience).ConfigureAwait(false);
        return new PayloadRun(payload, told.AsSpan(0, count), "it ended");
    }
}
