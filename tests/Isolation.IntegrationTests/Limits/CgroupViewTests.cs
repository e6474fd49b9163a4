using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Limits;

/// <summary>A payload sees its own limits, and nothing of the machine's tree.</summary>
public sealed class CgroupViewTests
{
    private const long Memory = 96L << 20;

    /// <summary>
    /// Finds the group of the shell as runtimes do: the path in the mount of the controller, then upwards.
    /// </summary>
    private const string FindLimit = """
        if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
            cat /sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup | sed 's,^/$,,')/memory.max
        else
            grep hierarchical_memory_limit /sys/fs/cgroup/memory/memory.stat | cut -d' ' -f2
        fi
        """;

    private static SandboxSpecification Limited => SandboxPresets.HostPrograms()
        .WithLimits(limits => limits.Memory(Memory).Swap(0).Cpu(1).Processes(32)).Build();

    [SetUp]
    public void NeedGroups()
    {
        Requires.UserNamespaces();
        Groups.Require();
    }

    [Test]
    public async Task The_limit_of_the_sandbox_is_visible() =>
        Assert.That(await Limited.OutputAsync(FindLimit), Is.EqualTo($"{Memory}"));

    [Test]
    public async Task A_further_command_sees_it_too()
    {
        await using ISandbox sandbox = await Guest.Provider.CreateAsync(Limited);
        for (int i = 0; i < 3; i++)
        {
            SandboxResult result = await sandbox.RunAsync(Guest.Shell(FindLimit));
            Assert.That(result.StandardOutput.Text.Trim(), Is.EqualTo($"{Memory}"), result.StandardError.Text);
        }
    }

    [Test]
    public async Task A_changed_limit_is_visible()
    {
        await using ISandbox sandbox = await Guest.Provider.CreateAsync(Limited);
        await sandbox.ChangeLimitsAsync(Limited.Limits! with { Memory = Memory / 2 });
        SandboxResult result = await sandbox.RunAsync(Guest.Shell(FindLimit));
        Assert.That(result.StandardOutput.Text.Trim(), Is.EqualTo($"{Memory / 2}"));
    }

    [Test]
    public async Task No_other_group_of_the_machine_is_visible()
    {
        await using ISandbox other = await Guest.Provider.CreateAsync(Limited);
        const string Script =
            "find /sys/fs/cgroup -name 'isolation-*' -o -name '*.slice' -o -name 'process_api'; echo end";

        Assert.That(await Limited.OutputAsync(Script), Is.EqualTo("end"));

        // The search finds groups where they are visible.
        SandboxSpecification open = new SandboxBuilder(Limited).AddToRoot(root => root.FromHost("/sys/fs")).Build();
        SandboxSpecification without = open with
        {
            Mounts = open.Mounts.RemoveAll(entry => entry is CgroupMount),
        };
        Assert.That(
            await without.OutputAsync("find /sys/fs/cgroup -name 'isolation-*' | grep -c isolation"),
            Is.Not.EqualTo("0"));
    }

    [Test]
    public async Task Nothing_in_it_can_be_changed_even_by_the_root_of_the_sandbox()
    {
        const string Script = """
            names="-name cgroup.procs -o -name memory.max -o -name memory.limit_in_bytes"
            for file in $(find /sys/fs/cgroup $names)
            do
                (echo 0 >$file) 2>&1 | grep -v 'Read-only file system'
            done
            mkdir /sys/fs/cgroup/a 2>/dev/null && echo made
            echo end
            """;
        Assert.That(await Limited.AsRoot().OutputAsync(Script), Is.EqualTo("end"));
    }

    [Test]
    public async Task A_sandbox_without_limits_has_no_view() =>
        Assert.That(
            await SandboxPresets.HostPrograms().Build().OutputAsync("ls -A /sys/fs/cgroup 2>/dev/null | wc -l"),
            Is.EqualTo("0"));

    [Test]
    public async Task The_number_of_processors_agrees_with_the_limit()
    {
        Requires.That("two-processors", Environment.ProcessorCount > 1, "two CPUs are needed");

        Assert.That(await Limited.OutputAsync("nproc"), Is.EqualTo("1"));
        Assert.That(
            await (Limited with { Limits = Limited.Limits! with { Cpu = null } }).OutputAsync("nproc"),
            Is.EqualTo($"{Environment.ProcessorCount}"));
    }

    [Test]
    public async Task Commands_spread_over_the_processors()
    {
        Requires.That("two-processors", Environment.ProcessorCount > 1, "two CPUs are needed");
        const string Script = "grep Cpus_allowed_list /proc/self/status; echo; read line";
        SandboxCommand command = Guest.Shell(Script) with
        {
            StandardInput = new PipeInput(),
            StandardOutput = new PipeOutput(),
        };
        HashSet<string?> processors = [];
        List<ISandboxProcess> running = [];
        await using ISandbox sandbox = await Guest.Provider.CreateAsync(Limited);
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            ISandboxProcess process = await sandbox.StartAsync(command);
            running.Add(process);
            using StreamReader reader = new(process.StandardOutput!, leaveOpen: true);
            processors.Add(await reader.ReadLineAsync());
        }

        Assert.That(processors, Has.Count.EqualTo(Environment.ProcessorCount));
        foreach (ISandboxProcess process in running)
        {
            await process.StandardInput!.DisposeAsync();
            await process.WaitForExitAsync();
        }
    }

    [Test]
    public async Task Java_and_others_size_themselves_by_the_limit()
    {
        Requires.Program("java");
        string heap = await Limited.OutputAsync(
            "java -XX:+PrintFlagsFinal -version 2>/dev/null | grep -w MaxHeapSize | grep -o '[0-9]*' | head -n 1");

        Assert.That(long.Parse(heap, System.Globalization.CultureInfo.InvariantCulture), Is.LessThan(Memory));
    }
}
