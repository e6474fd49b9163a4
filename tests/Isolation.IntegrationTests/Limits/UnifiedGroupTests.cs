using Isolation.IntegrationTests.Support;
using HostProgram = Isolation.IntegrationTests.Robustness.HostProgram;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Features and requirements of cgroup v2 alone.</summary>
[Category("CgroupV2")]
public sealed class UnifiedGroupTests
{
    private const long Mebi = 1 << 20;
    private const int Patience = 120_000;

    [SetUp]
    public void NeedUnifiedGroups()
    {
        Requires.CgroupV2();
        Groups.Require();
    }

    // Of a group that is killed as a whole the kernel counts the first process twice.
    [TestCase(OutOfMemoryKill.OneProcess, SandboxOutcome.Completed, "after\n", 1, 1)]
    [TestCase(OutOfMemoryKill.WholeCommand, SandboxOutcome.MemoryExceeded, "", 3, 4)]
    public async Task Running_out_of_memory_kills_one_process_or_the_whole_command(
        OutOfMemoryKill kill, SandboxOutcome outcome, string output, int leastKills, int mostKills)
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Memory = 48 * Mebi, OutOfMemoryKill = kill })
            .CreateAsync();
        await using ISandboxProcess other = await sandbox.StartAsync(Guest.Shell("exec sleep 1000"));
        SandboxCommand command = Guest.Shell(
            $"setsid sleep 1001 >/dev/null 2>&1 & ({Groups.Allocate(100)}); echo after");
        SandboxResult result = await sandbox.RunAsync(command with { Leftovers = CommandLeftovers.Keep });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((result.Outcome, result.StandardOutput.Text), Is.EqualTo((outcome, output)));

            // The result of a command whose processes may stay is complete with its own process; the kernel kills the
            // others of the group one after the other.
            Assert.That(result.Usage!.OutOfMemoryKills, Is.InRange(1, mostKills));
            Assert.That(
                () => sandbox.ReadUsage().OutOfMemoryKills, Is.InRange(leastKills, mostKills).After(Patience, 5));
            Assert.That(
                () => sandbox.ReadUsage().CurrentProcesses, Is.EqualTo(kill == OutOfMemoryKill.OneProcess ? 2 : 1)
                .After(Patience, 5));
        }
    }

    [Test]
    public async Task A_host_whose_group_has_processes_makes_groups_above_it()
    {
        using TestGroup group = new();
        using HostProgram host = HostProgram.StartBelow(
            ["/bin/sh", "-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", group.Directory], "hold-limited", "1");
        await host.ReadUntilAsync("ready");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.ReadAllText($"/proc/{host.ProcessId}/cgroup").Trim(), Does.EndWith(group.Path));
            Assert.That(Groups.Of(host.ProcessId), Has.Length.EqualTo(1));
        }
    }

    [Test]
    public async Task A_named_parent_hands_on_what_it_has_unless_it_has_processes()
    {
        using TestGroup group = new();
        SandboxLimits limits = new() { Processes = 32, Memory = 64 * Mebi, Cpu = 0.5, ParentGroup = group.Path };
        SandboxResult result = await Groups.Limited(limits).RunAsync("cat /proc/self/cgroup");
        using TestGroup full = new();
        using HostedProcess process = HostedProcess.Start(full.Directory);
        SandboxException refusal = await Groups.Limited(limits with { ParentGroup = full.Path }).RefusalAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Guest.Output(result), Does.Contain(Path.GetFileName(group.Path) + "/isolation-"));
            Assert.That(
                File.ReadAllText($"{group.Directory}/cgroup.subtree_control").Split([' ', '\n']),
                Is.SupersetOf(new[] { "cpu", "memory", "pids" }));
            Assert.That(refusal.Message, Does.Contain(full.Directory).And.Contain("contains processes"));
        }
    }

    [TestCase(0, TestName = "A_parent_that_takes_no_sandbox_is_told")]
    [TestCase(1, TestName = "A_parent_that_takes_no_command_is_told")]
    public async Task A_parent_that_is_full_is_told(int room)
    {
        using TestGroup group = new();
        await File.WriteAllTextAsync($"{group.Directory}/cgroup.max.descendants", $"{room}");
        SandboxSpecification specification = Groups.Limited(new() { Processes = 32, ParentGroup = group.Path });

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(async () =>
        {
            await using ISandbox sandbox = await specification.CreateAsync();
            await sandbox.RunAsync(Guest.Shell("true"));
        }))!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refusal.ErrorName, refusal.Remedy), Is.EqualTo(
                ("EAGAIN", "The parent cgroup contains as many cgroups as it can: raise its cgroup.max.descendants or "
                    + "cgroup.max.depth, or keep fewer sandboxes running.")));
            Assert.That(Directory.GetDirectories(group.Directory), Is.Empty);
        }
    }
}
