using Isolation.IntegrationTests.Limits;
using Isolation.Linux;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>Contains the snippets about limits with cgroups.</summary>
[Category("CgroupV2")]
public sealed class LimitSteps
{
    [SetUp]
    public void NeedGroups() => Groups.Require();

    [Test]
    public async Task Limits_of_a_sandbox()
    {
        // snippet: sandbox-limits
        SandboxSpecification judged = SandboxPresets.HostPrograms()
            .WithLimits(limits => limits.Memory(64.MiB()).Cpu(0.5).Processes(64))
            .Build();
        SandboxResult greedy = await LinuxSandboxProvider.Default.RunAsync(
            judged, new SandboxCommand("dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1"));

        Console.WriteLine($"{greedy.Outcome} at {greedy.Usage!.PeakMemory} bytes after {greedy.Usage.CpuTime}");
        // snippet end
        Assert.That(greedy.Outcome, Is.EqualTo(SandboxOutcome.MemoryExceeded));
    }

    [Test]
    public async Task A_sandbox_that_is_up()
    {
        SandboxSpecification judged = SandboxPresets.HostPrograms().WithLimits(
            limits => limits.Memory(64.MiB())).Build();
        SandboxCommand greedy = new("dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1");
        List<SandboxEvent> told = [];

        // snippet: live-limits
        await using ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(judged);
        await using ISandboxProcess server = await sandbox.StartAsync(new SandboxCommand("sleep", "1000"));

        await sandbox.ChangeLimitsAsync(sandbox.Limits! with { Processes = 20 });
        await sandbox.FreezeAsync();
        Console.WriteLine($"{sandbox.ReadUsage().CurrentProcesses} stand still");
        await sandbox.ThawAsync();

        await sandbox.RunAsync(greedy);
        await foreach (SandboxEvent happened in sandbox.WatchAsync(
            new SandboxWatch { Kinds = SandboxEventKinds.OutOfMemory }))
        {
            told.Add(happened);
            break;
        }

        // snippet end
        Assert.That(told, Is.EqualTo(new[] { new SandboxEvent(SandboxEventKinds.OutOfMemory) }));
    }
}
