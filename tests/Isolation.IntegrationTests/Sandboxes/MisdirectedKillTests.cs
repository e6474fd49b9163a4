using System.Globalization;
using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Sandboxes;

/// <summary>
/// Kills, signals and time-outs among innocent neighbours in the same sandbox: not one may be hit.
/// <c>ISOLATION_STRESS_KILLS</c> is how many there are in all (default: 1,200).
/// </summary>
public sealed class MisdirectedKillTests
{
    private const int Lanes = 4;

    private static int Count =>
        int.TryParse(
            Environment.GetEnvironmentVariable("ISOLATION_STRESS_KILLS"), CultureInfo.InvariantCulture, out int count)
        ? count
        : 1_200;

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    // The victims end by themselves at about the moment at which they are hit: that is when an entry, a process number
    // or a place in a count may be another command's already.
    [Test]
    public async Task A_kill_a_signal_and_a_time_out_hit_their_command_only(
        [Values("kill", "signal", "wall time", "dispose")] string way, [Values] bool groups)
    {
        if (groups)
        {
            Groups.Require();
        }

        SandboxSpecification specification = groups
            ? Groups.Limited(new SandboxLimits { Processes = 64 })
            : Guest.Specification();
        await using ISandbox sandbox = await specification.CreateAsync();
        int rounds = Count / (8 * Lanes) + 1;
        List<string> wrong = [];
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(async () =>
        {
            Random random = new(lane);
            for (int round = 0; round < rounds; round++)
            {
                Task<SandboxResult> victim = HitAsync(sandbox, way, random);
                SandboxResult innocent = await sandbox.RunAsync(new SandboxCommand("/bin/sh", "-c", "exit 9"));
                if (innocent.ExitCode != 9 || innocent.Outcome != SandboxOutcome.Completed)
                {
                    lock (wrong)
                    {
                        wrong.Add($"innocent: {innocent.Outcome} {innocent.Signal}");
                    }
                }

                SandboxResult hit = await victim;
                bool isRight = hit switch
                {
                    { Outcome: SandboxOutcome.Completed, ExitCode: 0 } => true,
                    { Outcome: SandboxOutcome.Signaled, Signal: UnixSignal.SIGUSR1 } => way == "signal",
                    { Outcome: SandboxOutcome.WallTimeExceeded } => way == "wall time",
                    { Outcome: SandboxOutcome.Canceled } => way is "kill" or "dispose",
                    _ => false,
                };
                if (!isRight)
                {
                    lock (wrong)
                    {
                        wrong.Add($"victim: {hit.Outcome} {hit.Signal} {hit.ExitCode}");
                    }
                }
            }
        })));

        Assert.That(wrong, Is.Empty);
        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }

    private static async Task<SandboxResult> HitAsync(ISandbox sandbox, string way, Random random)
    {
        SandboxCommand command = new("/bin/true");
        if (way == "wall time")
        {
            return await sandbox.RunAsync(
                command with { WallTime = TimeSpan.FromMicroseconds(random.Next(200, 4_000)) });
        }

        ISandboxProcess process = await sandbox.StartAsync(command);
        for (int wait = random.Next(3_000); wait > 0; wait--)
        {
            Thread.SpinWait(10);
        }

        switch (way)
        {
            case "kill":
                await process.KillAsync();
                break;
            case "signal":
                await process.SendSignalAsync(UnixSignal.SIGUSR1);
                break;
            default:
                await process.DisposeAsync();
                break;
        }

        SandboxResult result = await process.WaitForExitAsync();
        await process.SendSignalAsync(UnixSignal.SIGKILL);
        await process.DisposeAsync();
        return result;
    }
}
