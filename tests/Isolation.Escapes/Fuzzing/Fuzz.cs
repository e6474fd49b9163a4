using System.Globalization;
using Isolation.Escapes.Harness;

namespace Isolation.Escapes.Fuzzing;

/// <summary>Lets random payloads loose in a sandbox, and looks after the host, the sandbox and the next one.</summary>
internal static class Fuzz
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(100);

    /// <summary>Bounds that keep the machine from being filled up; what they bound is not what is tried here.</summary>
    private static readonly ResourceLimit[] Bounds =
    [
        new(LimitedResource.FileSize, 16 << 20), new(LimitedResource.AddressSpace, 256 << 20),
        new(LimitedResource.Processes, 300),
        new(LimitedResource.CoreFile, 0), new(LimitedResource.OpenFiles, 256),
    ];

    /// <summary>The seed of <c>ISOLATION_FUZZ_SEED</c>, or another one each time.</summary>
    internal static int Seed =>
        int.TryParse(
            Environment.GetEnvironmentVariable("ISOLATION_FUZZ_SEED"), CultureInfo.InvariantCulture, out int seed)
        ? seed : Random.Shared.Next();

    /// <summary>The rounds of <c>ISOLATION_FUZZ_ROUNDS</c>, or a few.</summary>
    internal static int Rounds =>
        int.TryParse(
            Environment.GetEnvironmentVariable("ISOLATION_FUZZ_ROUNDS"), CultureInfo.InvariantCulture, out int rounds)
        ? rounds : 20;

    /// <summary>What went wrong, with the seed of the round; null if nothing did.</summary>
    internal static async Task<string?> RunAsync(Tier tier, int seed, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            string? fault;
            try
            {
                fault = await RunRoundAsync(tier, seed + i).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SandboxException or TimeoutException)
            {
                fault = exception.Message;
            }

            if (fault is not null)
            {
                return $"ISOLATION_FUZZ_SEED={seed + i} ISOLATION_FUZZ_ROUNDS=1 on {tier}: {fault}";
            }
        }

        return null;
    }

    private static async Task<string?> RunRoundAsync(Tier tier, int seed)
    {
        using Ground ground = new();
        string program = ground.Install(RandomPayload.Make(seed, tier));
        await using (Cell cell = await ground.OpenAsync(tier).ConfigureAwait(false))
        {
            SandboxResult result = await cell.Sandbox.RunAsync(new SandboxCommand(program)
            {
                WallTime = Round,
                StandardOutput = OutputTarget.Capture(64 << 10),
                StandardError = OutputTarget.Null,
                ResourceLimits = [.. Bounds],
            }).WaitAsync(Ground.Patience).ConfigureAwait(false);
            if (result.Outcome is not (SandboxOutcome.WallTimeExceeded or SandboxOutcome.OutputExceeded
                or SandboxOutcome.Signaled or SandboxOutcome.SystemCallDenied))
            {
                return $"it ended by itself: {result}";
            }

            SandboxResult after = await cell.Sandbox.RunAsync(
                new SandboxCommand("/bin/true") { WallTime = Ground.Patience })
                .WaitAsync(Ground.Patience).ConfigureAwait(false);
            if (!after.IsSuccess)
            {
                return $"the sandbox runs nothing any more: {after}";
            }
        }

        int[] left = Ground.ProcessesWith(program);
        if (left.Length > 0)
        {
            return $"processes are left: {string.Join(", ", left)}";
        }

        IReadOnlyList<string> harm = ground.FindHarm();
        if (harm.Count > 0)
        {
            return $"harmed: {string.Join(", ", harm)}";
        }

        await using Cell next = await ground.OpenAsync(tier).ConfigureAwait(false);
        return await next.IsUsableAsync().ConfigureAwait(false) ? null : "the next sandbox runs nothing";
    }
}
