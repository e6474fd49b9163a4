using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Cgroups.Settings;
using Isolation.Linux.Tests.Probing;

namespace Isolation.Linux.Tests.Cgroups.Plans;

/// <summary>The settings of limits for v1 and v2.</summary>
public sealed class CgroupPlanTests
{
    private static readonly SandboxLimits Every = new()
    {
        Memory = 1 << 20,
        Swap = 4096,
        Cpu = 0.5,
        CpuBurst = TimeSpan.FromMilliseconds(20),
        CpuWeight = 50,
        Cpus = [0, 2],
        MemoryNodes = [0],
        Processes = 32,
        InputOutputWeight = 200,
        InputOutput = [new DeviceBandwidth(8, 0) { ReadBytes = 1000, Writes = 10 }],
        HugePages = [new HugePageLimit(2 << 20, 4 << 20)],
    };

    private const string SocketMemory = "/sys/fs/cgroup/memory/memory.kmem.tcp.limit_in_bytes";

    private FakeHost _host;

    [SetUp]
    public void SetUp() => _host = new FakeHost();

    [TearDown]
    public void TearDown() => _host.Dispose();

    [Test]
    public void The_words_of_v2()
    {
        UnifiedHost();
        SandboxLimits limits = Every with
        {
            MemoryHigh = 900_000,
            MemoryLow = 5000,
            MemoryMin = 4000,
            OutOfMemoryKill = OutOfMemoryKill.WholeCommand,
        };

        Assert.That(Lines(limits), Is.EqualTo(new[]
        {
            "memory.max 1048576", "memory.high 900000", "memory.low 5000", "memory.min 4000", "memory.swap.max 4096",
            "memory.oom.group 1", "cpu.max 50000 100000",
            "cpu.max.burst 20000", "cpu.weight 50", "cpuset.cpus 0,2", "cpuset.mems 0", "pids.max 32",
            "io.weight|io.bfq.weight default 200",
            "io.max 8:0 rbps=1000 wbps=max riops=max wiops=10", "hugetlb.2MB.max 4194304",
        }));
    }

    [Test]
    public void The_words_of_v1()
    {
        LegacyHost();

        Assert.That(Lines(Every), Is.EquivalentTo(new[]
        {
            "memory.limit_in_bytes 1048576", "memory.kmem.tcp.limit_in_bytes 262144",
            "memory.kmem.tcp.limit_in_bytes 262144", "memory.memsw.limit_in_bytes 1052672",
            "cpu.cfs_period_us 100000", "cpu.cfs_quota_us 50000",
            "cpu.cfs_burst_us 20000", "cpu.shares 512", "cpuset.cpus 0,2", "cpuset.mems 0", "pids.max 32",
            "blkio.bfq.weight|blkio.weight 200",
            "blkio.throttle.read_bps_device 8:0 1000", "blkio.throttle.write_iops_device 8:0 10",
            "hugetlb.2MB.limit_in_bytes 4194304",
        }));
    }

    [Test]
    public void V1_limits_the_memory_of_sockets_in_the_group_of_the_sandbox_and_of_each_command()
    {
        LegacyHost();

        CgroupPlan plan = CgroupPlan.Make(new SandboxLimits { Memory = 64 << 20 }, _host.Files)!;

        IEnumerable<CgroupSetting> settings = plan.Hierarchies.SelectMany(hierarchy => hierarchy.Settings)
            .Where(setting => SocketMemory.EndsWith(setting.Files[0], StringComparison.Ordinal));
        Assert.That(
            settings.Select(setting => (setting.Level, setting.Value)),
            Is.EqualTo([(CgroupLevel.Sandbox, "16777216"), (CgroupLevel.Run, "16777216")]));
        Assert.That(plan.NotApplied, Is.Empty);
    }

    [Test]
    public void A_kernel_of_v1_that_cannot_limit_the_memory_of_sockets_is_reported([Values] Requirement requirement)
    {
        LegacyHost();
        _host.Delete(SocketMemory);

        SandboxLimits limits = new() { Memory = 64 << 20, Requirement = requirement };
        CgroupPlan plan = CgroupPlan.Make(limits, _host.Files)!;

        Assert.That(Lines(plan), Is.EqualTo(["memory.limit_in_bytes 67108864"]));
        Assert.That(plan.NotApplied.Select(one => one.Feature), Is.EqualTo(["limit the memory of sockets"]));
    }

    [Test]
    public void Limits_that_v1_does_not_support_are_refused_or_reported()
    {
        LegacyHost();
        SandboxLimits limits = new() { MemoryHigh = 4096 };

        SandboxException refusal = Assert.Throws<SandboxException>(() => CgroupPlan.Make(limits, _host.Files))!;
        CgroupPlan plan = CgroupPlan.Make(limits with { Requirement = Requirement.Prefer }, _host.Files)!;

        Assert.That(refusal.Message, Does.Contain("MemoryHigh").And.Contain("v1"));
        Assert.That(
            (plan.NotApplied.Single().Feature, Lines(plan)),
            Is.EqualTo(("set the limit MemoryHigh", Array.Empty<string>())));
    }

    [Test]
    public void Without_limits_it_is_counted_where_that_is_possible()
    {
        UnifiedHost();
        CgroupPlan plan = CgroupPlan.Make(new SandboxLimits(), _host.Files)!;

        Assert.That(plan.Hierarchies.Single().Controllers, Is.EqualTo(new[] { "cpuacct", "memory", "pids", "io" }));
        Assert.That(CgroupPlan.Make(null, _host.Files), Is.Null);
    }

    [Test]
    public void Devices_alone_have_a_group()
    {
        LegacyHost();
        SandboxLimits limits = new() { Devices = [] };
        Assert.That(PlacesOfDevices(limits), Is.EqualTo(new[] { "V1 /sys/fs/cgroup/devices" }));
        Assert.That(PlacesOfDevices(new SandboxLimits()), Is.Empty);
        Assert.That(
            CgroupPlan.Make(new SandboxLimits(), _host.Files)!.Hierarchies.SelectMany(
                hierarchy => hierarchy.Controllers), Has.None.EqualTo("devices"));
    }

    [Test]
    public void On_v2_devices_need_no_controller()
    {
        UnifiedHost();
        Assert.That(PlacesOfDevices(new() { Devices = [] }), Is.EqualTo(new[] { "V2 /sys/fs/cgroup" }));
    }

    [Test]
    public void On_v2_devices_can_be_limited_below_a_group_that_has_processes()
    {
        // Like a container: its root cgroup contains its processes, so no controller can be enabled for children.
        _host.Mounts("24 1 8:1 / / rw - ext4 /dev/sda1 rw", "30 24 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw");
        _host.Write("/proc/self/cgroup", "0::/");
        _host.Group("/sys/fs/cgroup", "memory pids", processes: "1", isWritable: true);

        Assert.That(PlacesOfDevices(new() { Devices = [] }), Is.EqualTo(new[] { "V2 /sys/fs/cgroup" }));
        Assert.That(
            () => CgroupPlan.Make(new() { Devices = [], Memory = 1 << 20 }, _host.Files),
            Throws.InstanceOf<SandboxException>().With.Message.Contains("Memory"));
    }

    private string[] PlacesOfDevices(SandboxLimits limits) =>
        [.. CgroupPlan.Make(limits, _host.Files)!.Hierarchies.Where(hierarchy => hierarchy.Devices is not null)
            .Select(hierarchy => $"{hierarchy.Version} {hierarchy.Parent}")];

    private void UnifiedHost()
    {
        _host.Mounts("24 1 8:1 / / rw - ext4 /dev/sda1 rw", "30 24 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw");
        _host.Write("/proc/self/cgroup", "0::/");
        _host.Group("/sys/fs/cgroup", "cpuset cpu io memory hugetlb pids", isRoot: true, isWritable: true);
    }

    private void LegacyHost()
    {
        string[] controllers = ["cpu", "cpuacct", "cpuset", "memory", "blkio", "hugetlb", "pids", "devices"];
        _host.Mounts(
            [.. controllers.Select(
                (name, i) => $"3{i} 24 0:{i} / /sys/fs/cgroup/{name} rw - cgroup cgroup rw,{name}")]);
        _host.Write("/proc/self/cgroup", string.Join('\n', controllers.Select((name, i) => $"{i + 1}:{name}:/")));
        foreach (string name in controllers)
        {
            _host.Write($"/sys/fs/cgroup/{name}/tasks", "");
            _host.Writable.Add($"/sys/fs/cgroup/{name}");
        }

        _host.Write(SocketMemory, "");
    }

    private string[] Lines(SandboxLimits limits) => Lines(CgroupPlan.Make(limits, _host.Files)!);

    private static string[] Lines(CgroupPlan plan) =>
        [.. plan.Hierarchies.SelectMany(hierarchy => hierarchy.Settings).Select(
            setting => $"{string.Join('|', setting.Files)} {setting.Value}")];
}
