using System.Globalization;
using Isolation.Escapes.Harness;

namespace Isolation.Escapes.Fuzzing;

/// <summary>Runs random payloads in a sandbox, and checks the host, the sandbox and the next sandbox.</summary>
internal static class Fuzz
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(100);

    /// <summary>The limits that protect the machine from exhaustion, which the fuzzer does not test.</summary>
    private static readonly ResourceLimit[] Bounds =
    [
        new(LimitedResource.FileSize, 16 << 20), new(LimitedResource.AddressSpace, 256 << 20),
        new(LimitedResource.Processes, 300),
        new(LimitedResource.CoreFile, 0), new(LimitedResource.OpenFiles, 256),
    ];

    /// <summary>Gets the seed from <c>ISOLATION_FUZZ_SEED</c>, or a random one.</summary>
    internal static int Seed =>
        int.TryParse(
            Environment.GetEnvironmentVariable("ISOLATION_FUZZ_SEED"), CultureInfo.InvariantCulture, out int seed)
        ? seed : Random.Shared.Next();

    /// <summary>Gets the number of rounds from <c>ISOLATION_FUZZ_ROUNDS</c>, or a small default.</summary>
    internal static int Rounds =>
        int.TryParse(
            Environment.GetEnvironmentVariable("ISOLATION_FUZZ_ROUNDS"), CultureInfo.InvariantCulture, out int rounds)
        ? rounds : 20;

    /// <summary>Fuzzes a tier. Returns the failure with the seed of its round, or null if there was none.</summary>
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
            // A random call may have lowered the program's own limits.
            if (result.Outcome is not (SandboxOutcome.WallTimeExceeded or SandboxOutcome.OutputExceeded
                or SandboxOutcome.Signaled or SandboxOutcome.SystemCallDenied or SandboxOutcome.FileSizeExceeded
                or SandboxOutcome.CpuTimeExceeded))
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
