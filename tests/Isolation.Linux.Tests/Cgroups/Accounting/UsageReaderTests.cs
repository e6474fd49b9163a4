using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Accounting;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Cgroups.Settings;

namespace Isolation.Linux.Tests.Cgroups.Accounting;

/// <summary>Tests reading figures from cgroup files in the kernel's formats.</summary>
public sealed class UsageReaderTests
{
    private const string Name = "sandbox";

    /// <summary>The figures that both versions report.</summary>
    private static readonly MemoryComposition Parts = new()
    {
        Anonymous = 20_000_000,
        FileCache = 9_000_000,
        Shared = 1_000_000,
        Kernel = 5_000_000,
        Sockets = 4096,
    };

    private string _root;

    [SetUp]
    public void SetUp() => _root = Directory.CreateTempSubdirectory("isolation-figures-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_root, recursive: true);

    [Test]
    public void Every_figure_of_v2()
    {
        WriteUnified();

        SandboxUsage usage = UsageReader.Read(Unified());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(usage.Source, Is.EqualTo(UsageSource.Groups));
            Assert.That(
                (usage.UserCpuTime.TotalMicroseconds, usage.SystemCpuTime.TotalMicroseconds),
                Is.EqualTo((1_000_001, 500_002)));
            Assert.That((usage.ThrottledTime?.TotalMicroseconds, usage.ThrottledPeriods), Is.EqualTo((70_003d, 4L)));
            Assert.That(
                (usage.CurrentMemory, usage.PeakMemory, usage.OutOfMemoryKills),
                Is.EqualTo((50_000_000L, 60_000_000L, 3L)));
            Assert.That(
                usage.MemoryComposition, Is.EqualTo(
                    Parts with { KernelStacks = 32_768, PageTables = 65_536, Slab = 4_000_000 }));
            Assert.That((usage.PageFaults, usage.MajorPageFaults), Is.EqualTo((12_345L, 67L)));
            Assert.That(
                (usage.CurrentProcesses, usage.PeakProcesses, usage.RefusedProcesses), Is.EqualTo((2L, 8L, 5L)));
            Assert.That(
                usage.InputOutput, Is.EqualTo(
                    new[] { new DeviceUsage(254, 0, 4096, 8192, 1, 2), new DeviceUsage(8, 16, 1, 2, 3, 4) }));
            Assert.That(usage.CpuPressure, Is.EqualTo(new PressureFigures(
                new PressureStall(1.5, 0.25, 99.99, TimeSpan.FromMicroseconds(505_098)),
                new PressureStall(0, 0, 0, TimeSpan.FromMicroseconds(7)))));
            Assert.That(
                usage.MemoryPressure, Is.EqualTo(
                    new PressureFigures(new PressureStall(0, 0, 0, TimeSpan.FromMicroseconds(9)), null)));
            Assert.That(usage.InputOutputPressure, Is.Null, "there is no such file");
        }
    }

    [Test]
    public void Every_figure_of_v1()
    {
        WriteLegacy();

        SandboxUsage usage = UsageReader.Read(Legacy());

        using (Assert.EnterMultipleScope())
        {
            // The exact sum of 3 s, divided 3 to 1 according to the sampled parts of two processors.
            Assert.That(
                (usage.UserCpuTime, usage.SystemCpuTime), Is.EqualTo(
                    (TimeSpan.FromMilliseconds(2250), TimeSpan.FromMilliseconds(750))));
            Assert.That((usage.ThrottledTime?.TotalMicroseconds, usage.ThrottledPeriods), Is.EqualTo((70_003d, 4L)));
            Assert.That(
                (usage.CurrentMemory, usage.PeakMemory, usage.OutOfMemoryKills),
                Is.EqualTo((50_000_000L, 60_000_000L, 3L)));
            Assert.That(usage.MemoryComposition, Is.EqualTo(Parts));
            Assert.That((usage.PageFaults, usage.MajorPageFaults), Is.EqualTo((12_345L, 67L)));
            Assert.That(
                (usage.CurrentProcesses, usage.PeakProcesses, usage.RefusedProcesses), Is.EqualTo((2L, 8L, 5L)));
            Assert.That(usage.InputOutput, Is.EqualTo(new[] { new DeviceUsage(254, 0, 4096, 8192, 1, 2) }));
            Assert.That(
                (usage.CpuPressure, usage.MemoryPressure, usage.InputOutputPressure),
                Is.EqualTo(((PressureFigures?)null, (PressureFigures?)null, (PressureFigures?)null)));
        }
    }

    [Test]
    public void Missing_figures_are_null()
    {
        SandboxUsage usage = UsageReader.Read(Unified());

        Assert.That(
            usage, Is.EqualTo(
                new SandboxUsage
                {
                    Source = UsageSource.Groups,
                    MemoryComposition = new MemoryComposition(),
                    InputOutput = usage.InputOutput,
                }));
        Assert.That(usage.InputOutput, Is.Empty);
    }

    [TestCase("")]
    [TestCase("\n\n")]
    [TestCase("some")]
    [TestCase("some avg10=x total=")]
    [TestCase("anon\nfile  \n total_rss 5\npgfault 99999999999999999999\n")]
    [TestCase("254:0\n8: rbytes=3\n:1 Read 5\nRead 7\n1:2:3 Write\n")]
    public void Malformed_files_are_ignored(string content)
    {
        WriteUnified();
        WriteLegacy();
        foreach (string file in Directory.GetFiles(_root, "*", SearchOption.AllDirectories))
        {
            File.WriteAllText(file, content);
        }

        foreach (SandboxUsage usage in (SandboxUsage[])[UsageReader.Read(Unified()), UsageReader.Read(Legacy())])
        {
            Assert.That(
                (usage.PageFaults, usage.MemoryComposition!.Value.Anonymous), Is.EqualTo(((long?)null, (long?)null)));
        }
    }

    [Test]
    public void The_sandbox_s_figures_include_v1_counters_of_commands()
    {
        WriteLegacy();
        CgroupSet sandbox = Legacy();
        CommandUsageAccumulator ledger = new();
        CgroupSet run = AddRun(sandbox, ledger, "run-1");
        SandboxUsage during = ledger.Read(sandbox);
        ledger.Remove(run, UsageReader.Read(run), () => true);
        SandboxUsage after = ledger.Read(sandbox);
        CgroupSet stays = AddRun(sandbox, ledger, "run-2");
        ledger.Remove(stays, UsageReader.Read(stays), () => false);
        SandboxUsage twoOf = ledger.Read(sandbox);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((during.OutOfMemoryKills, during.RefusedProcesses), Is.EqualTo((5L, 12L)));
            Assert.That(
                during.InputOutput, Is.EqualTo(
                    new[] { new DeviceUsage(254, 0, 4096 + 10, 8192 + 20, 1 + 30, 2 + 40) }));
            Assert.That((after.OutOfMemoryKills, after.RefusedProcesses), Is.EqualTo((5L, 12L)));
            Assert.That(
                after.InputOutput, Is.EqualTo(new[] { new DeviceUsage(254, 0, 4096 + 10, 8192 + 20, 1 + 30, 2 + 40) }));
            Assert.That((twoOf.OutOfMemoryKills, twoOf.RefusedProcesses), Is.EqualTo((7L, 19L)));
            Assert.That(
                twoOf.InputOutput, Is.EqualTo(new[] { new DeviceUsage(254, 0, 4096 + 20, 8192 + 40, 1 + 60, 2 + 80) }),
                "each group is counted once");
        }
    }

    private CgroupSet AddRun(CgroupSet sandbox, CommandUsageAccumulator ledger, string name)
    {
        CgroupSet run = new(sandbox, name);
        Write($"memory/{Name}/{name}/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        Write($"pids/{Name}/{name}/pids.events", "max 7\n");
        Write($"blkio/{Name}/{name}/blkio.throttle.io_service_bytes", "254:0 Read 10\n254:0 Write 20\nTotal 30\n");
        Write($"blkio/{Name}/{name}/blkio.throttle.io_serviced", "254:0 Read 30\n254:0 Write 40\nTotal 70\n");
        ledger.Add(run);
        return run;
    }

    private CgroupSet Unified() =>
        new([new CgroupHierarchy(
            CgroupVersion.V2, $"{_root}/unified", ["cpuacct", "cpu", "memory", "pids", "io"], [])], Name);

    private CgroupSet Legacy() => new(
        [.. ((string[])["memory", "pids", "cpu", "cpuacct", "io"]).Select(
            controller => new CgroupHierarchy(
                CgroupVersion.V1, $"{_root}/{(controller == "io" ? "blkio" : controller)}", [controller],
                ImmutableArray<CgroupSetting>.Empty))],
        Name);

    private void WriteUnified()
    {
        const string Group = $"unified/{Name}";
        Write(
            $"{Group}/cpu.stat",
            "usage_usec 1500003\nuser_usec 1000001\nsystem_usec 500002\nnr_periods 9\nnr_throttled "
            + "4\nthrottled_usec 70003\n");
        Write($"{Group}/memory.current", "50000000\n");
        Write($"{Group}/memory.peak", "60000000\n");
        Write($"{Group}/memory.events", "low 0\nhigh 0\nmax 12\noom 4\noom_kill 3\noom_group_kill 1\n");
        Write(
            $"{Group}/memory.stat",
            "anon 20000000\nfile 10000000\nkernel 5000000\nkernel_stack 32768\npagetables 65536\nsec_pagetables "
            + "0\npercpu 960\nsock 4096\nvmalloc 0\nshmem 1000000\nanon_thp 0\nslab_reclaimable 3000000\nslab "
            + "4000000\npgfault 12345\npgmajfault 67\n");
        Write($"{Group}/pids.current", "2\n");
        Write($"{Group}/pids.peak", "8\n");
        Write($"{Group}/pids.events", "max 5\n");
        Write($"{Group}/io.stat",
            "254:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n8:16 rbytes=1 wbytes=2 rios=3 wios=4\n");
        Write($"{Group}/cpu.pressure",
            "some avg10=1.50 avg60=0.25 avg300=99.99 total=505098\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
        Write($"{Group}/memory.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=9\n");
    }

    private void WriteLegacy()
    {
        Write($"cpuacct/{Name}/cpuacct.usage", "3000000000\n");
        Write($"cpuacct/{Name}/cpuacct.usage_all", "cpu user system\n0 2000000000 1000000000\n1 1000000000 0\n");
        Write($"cpu/{Name}/cpu.stat", "nr_periods 9\nnr_throttled 4\nthrottled_time 70003000\n");
        Write($"memory/{Name}/memory.usage_in_bytes", "50000000\n");
        Write($"memory/{Name}/memory.max_usage_in_bytes", "60000000\n");
        Write($"memory/{Name}/memory.kmem.usage_in_bytes", "5000000\n");
        Write($"memory/{Name}/memory.kmem.tcp.usage_in_bytes", "4096\n");
        Write($"memory/{Name}/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        Write(
            $"memory/{Name}/memory.stat",
            "cache 1\nrss 2\nshmem 3\npgfault 4\npgmajfault 5\nhierarchical_memory_limit "
            + "9223372036854771712\ntotal_cache 10000000\ntotal_rss 20000000\ntotal_rss_huge 0\ntotal_shmem "
            + "1000000\ntotal_pgfault 12345\ntotal_pgmajfault 67\n");
        Write($"pids/{Name}/pids.current", "2\n");
        Write($"pids/{Name}/pids.peak", "8\n");
        Write($"pids/{Name}/pids.events", "max 5\n");
        Write($"blkio/{Name}/blkio.throttle.io_service_bytes",
            "254:0 Read 4096\n254:0 Write 8192\n254:0 Sync 1\n254:0 Total 12288\nTotal 12288\n");
        Write($"blkio/{Name}/blkio.throttle.io_serviced",
            "254:0 Read 1\n254:0 Write 2\n254:0 Sync 1\n254:0 Total 3\nTotal 3\n");
    }

    private void Write(string path, string content)
    {
        string file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
