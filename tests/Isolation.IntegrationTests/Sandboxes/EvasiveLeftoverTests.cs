using System.Globalization;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Sandboxes;

/// <summary>
/// Commands whose processes hide from those who look for them, without control groups that would know them.
/// </summary>
public sealed class EvasiveLeftoverTests
{
    private const int Forks = 10;

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    /// <summary>At every moment there is one process of it, and never the one that was just listed.</summary>
    [Test]
    public async Task Processes_that_each_make_the_next_and_end_do_not_outlive_the_command()
    {
        using ForkChain chain = ForkChain.Endless();
        for (int round = 0; round < 10; round++)
        {
            await using ISandbox sandbox = await chain.Specification().CreateAsync();
            await using ISandboxProcess process = await sandbox.StartAsync(
                Guest.Shell("/payload/chain; read line") with { StandardInput = InputSource.Pipe });
            await using ISandboxProcess neighbour = await sandbox.StartAsync(chain.Waiter);
            await process.StandardInput!.DisposeAsync();

            await process.WaitForExitAsync();

            int[] numbers = [.. Guest.Output(await sandbox.RunAsync(Guest.Shell(
                "f=/proc/sys/kernel/ns_last_pid; a=$(cat $f); sleep 0.05; b=$(cat $f); echo $a $b")))
                .Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            Assert.That(numbers[1] - numbers[0], Is.InRange(0, Forks));
            Assert.That(neighbour.WaitForExitAsync().IsCompleted, Is.False);
        }
    }

    [Test]
    public async Task The_processes_of_a_command_that_kills_its_reaper_end_as_well(
        [Values("KILL", "STOP")] string signal)
    {
        SandboxSpecification specification = Guest.Specification().AsRoot();
        await using ISandbox sandbox = await specification.CreateAsync();
        await using ISandboxProcess neighbour = await sandbox.StartAsync(new SandboxCommand("/bin/sleep", "100000"));

        // The limit is what ends one that has stopped its reaper, and must not come before a kill.
        SandboxResult result = await sandbox.RunAsync(
            Guest.Shell($"(sleep 100001 &); kill -{signal} $PPID; sleep 100002") with
            {
                WallTime = signal == "KILL" ? Guest.Patience : TimeSpan.FromSeconds(1),
            });

        // One that stops its reaper may do so before that has told of the start.
        Assert.That(result.Outcome, signal == "KILL"
            ? Is.EqualTo(SandboxOutcome.Signaled)
            : Is.AnyOf(SandboxOutcome.WallTimeExceeded, SandboxOutcome.StartTimedOut));
        Assert.That(
            HostProcess.InPidNamespaceOf(sandbox.ProcessId).Where(HostProcess.IsAlive).Select(HostProcess.Arguments),
            Has.None.Contains("100001").And.None.Contains("100002"));
        Assert.That(Guest.Output(await sandbox.RunAsync(Guest.Shell("echo on"))), Is.EqualTo("on"));
    }
}
