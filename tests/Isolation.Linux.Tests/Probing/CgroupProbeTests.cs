namespace Isolation.Linux.Tests.Probing;

/// <summary>Tests hosts with cgroup v1, v2 and both.</summary>
public sealed class CgroupProbeTests
{
    private const string Root = "24 1 8:1 / / rw - ext4 /dev/sda1 rw";
    private const string Unified = "30 24 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";
    private const string Top = "/sys/fs/cgroup";

    private FakeHost _host;

    [SetUp]
    public void SetUp() => _host = new FakeHost();

    [TearDown]
    public void TearDown() => _host.Dispose();

    [Test]
    public void A_delegated_group_above_the_process_is_found()
    {
        UnifiedHost("/user.slice/app.service/host");
        _host.Group(Top, "cpu memory pids", given: "cpu memory pids", isRoot: true);
        _host.Group($"{Top}/user.slice", "cpu memory pids", given: "memory pids");
        _host.Group($"{Top}/user.slice/app.service", "memory pids", isWritable: true);
        _host.Group($"{Top}/user.slice/app.service/host", "", processes: "1", isWritable: true);

        Expect(true, $"Cgroup v2: v2 below {Top}/user.slice/app.service: memory pids.");
    }

    [Test]
    public void A_group_with_processes_gives_nothing()
    {
        UnifiedHost("/user.slice/app.service");
        _host.Group(Top, "cpu memory pids", given: "cpu memory pids", isRoot: true);
        _host.Group($"{Top}/user.slice/app.service", "memory pids", processes: "1", isWritable: true);

        Expect(
            false,
            $"Cgroup v2, but this process cannot create a cgroup with a controller: The cgroup "
            + $"{Top}/user.slice/app.service contains processes, so it cannot enable controllers for its children.");
        Assert.That(Support().Remedy, Does.Contain("its own child cgroup"));
    }

    [Test]
    public void With_systemd_the_remedy_is_a_unit()
    {
        UnifiedHost("/user.slice/app.service");
        _host.Group($"{Top}/user.slice/app.service", "memory pids", processes: "1");
        _host.Write("/run/systemd/system/x", "");

        Assert.That(Support().Remedy, Does.Contain("Delegate=yes"));
    }

    [TestCase(0u, "/system.slice/judge.service", "/run/systemd/private")]
    [TestCase(
        FakeHost.UserId, "/user.slice/user-1500.slice/user@1500.service/app.slice/x.scope",
        "/run/user/1500/systemd/private")]
    public void A_scope_that_systemd_would_give_is_told(uint user, string group, string socket)
    {
        _host.Facts = _host.Facts with { UserId = user };
        UnifiedHost(group);
        _host.Group(Top, "cpu memory pids", given: "cpu memory pids", isRoot: true, isWritable: user == 0);
        _host.Group(Top + group, "memory pids", processes: "1", isWritable: user == 0);
        _host.Write("/run/systemd/system/x", "");
        _host.Write("/proc/1/comm", "systemd");
        _host.Write(socket, "");

        Expect(
            true,
            $"Cgroup v2: v2 below a scope requested from systemd: "
            + $"{(user == 0 ? "cpu memory pids" : "memory pids")}.");
    }

    [Test]
    public void Root_makes_groups_below_the_root_of_all()
    {
        UnifiedHost("/");
        _host.Group(Top, "cpu io memory pids", processes: "1", isRoot: true, isWritable: true);

        Expect(true, $"Cgroup v2: v2 below {Top}: cpu io memory pids.");
    }

    [Test]
    public void A_container_shows_its_own_part_of_the_tree()
    {
        _host.Mounts(Root, "30 24 0:27 /docker/abc /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw");
        _host.Write("/proc/self/cgroup", "0::/docker/abc");
        _host.Group(Top, "cpu memory", isRoot: false);

        Expect(
            false,
            $"Cgroup v2, but this process cannot create a cgroup with a controller: Cgroup v2 is mounted read-only at "
            + $"{Top}.");
    }

    [Test]
    public void Each_controller_of_v1_is_found_where_it_is()
    {
        _host.Mounts(
            Root, "31 24 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
            "32 24 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
            "33 24 0:30 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd");
        _host.Write("/proc/self/cgroup", "3:cpu,cpuacct:/\n2:memory:/job\n1:name=systemd:/");
        _host.Write("/sys/fs/cgroup/memory/job/tasks", "");
        _host.Write("/sys/fs/cgroup/cpu,cpuacct/tasks", "");
        _host.Writable.Add("/sys/fs/cgroup/memory/job");

        Expect(
            true,
            "Cgroup v1: The cpu controller is on cgroup v1, and /sys/fs/cgroup/cpu,cpuacct is not writable; v1 memory "
            + "below /sys/fs/cgroup/memory/job. Not available: cpu, cpuacct.");
    }

    [Test]
    public void A_hybrid_host_has_its_controllers_in_v1()
    {
        _host.Mounts(
            Root, "31 24 0:28 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids",
            "40 30 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw");
        _host.Write("/proc/self/cgroup", "8:pids:/\n0::/");
        _host.Write("/sys/fs/cgroup/pids/tasks", "");
        _host.Writable.Add("/sys/fs/cgroup/pids");
        _host.Group("/sys/fs/cgroup/unified", "", isRoot: true, isWritable: true);

        Expect(
            true,
            "Cgroup v1 and v2 (hybrid): v1 pids below /sys/fs/cgroup/pids; The cgroup /sys/fs/cgroup/unified has no "
            + "v2 controllers.");
    }

    [Test]
    public void A_host_without_any()
    {
        _host.Write("/proc/self/cgroup", "0::/");

        Expect(false, "No cgroup file system is mounted.");
    }

    private void UnifiedHost(string group)
    {
        _host.Mounts(Root, Unified);
        _host.Write("/proc/self/cgroup", $"0::{group}");
    }

    private FeatureSupport Support() => _host.Support[IsolationFeature.Cgroups];

    private void Expect(bool isSupported, string detail)
    {
        FeatureSupport support = Support();
        Assert.That((support.IsSupported, support.Detail), Is.EqualTo((isSupported, detail)));
    }
}
