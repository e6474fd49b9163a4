using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;
using Isolation.Linux.Tests.Probing;

namespace Isolation.Linux.Tests.Cgroups.Layout;

/// <summary>The places for cgroups on other kinds of hosts.</summary>
public sealed class CgroupLayoutTests
{
    private const string Root = "24 1 8:1 / / rw - ext4 /dev/sda1 rw";
    private const string Top = "/sys/fs/cgroup";

    private readonly List<string> _mounts = [];
    private readonly List<string> _groups = [];
    private FakeHost _host;

    [SetUp]
    public void SetUp()
    {
        _host = new FakeHost();
        _mounts.Clear();
        _groups.Clear();
    }

    [TearDown]
    public void TearDown() => _host.Dispose();

    [Test]
    public void Every_controller_of_v1_has_its_own_place()
    {
        Legacy("/sys/fs/cgroup/memory", "memory", "/job", "2");
        Legacy("/sys/fs/cgroup/cpu,cpuacct", "cpu,cpuacct", "/", "3");
        WriteLegacy();

        Expect("memory", CgroupVersion.V1, "/sys/fs/cgroup/memory/job");
        Expect("cpu", CgroupVersion.V1, "/sys/fs/cgroup/cpu,cpuacct");
        Expect("cpuacct", CgroupVersion.V1, "/sys/fs/cgroup/cpu,cpuacct");
        ExpectNone("pids", "No cgroup v2 hierarchy is mounted");
    }

    [Test]
    public void A_hybrid_host_has_some_in_each()
    {
        Legacy("/sys/fs/cgroup/memory", "memory", "/", "2");
        _mounts.Add("40 30 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw");
        _groups.Add("0::/");
        _host.Group("/sys/fs/cgroup/unified", "hugetlb", isRoot: true, isWritable: true);
        WriteLegacy();

        Expect("memory", CgroupVersion.V1, "/sys/fs/cgroup/memory");
        Expect("hugetlb", CgroupVersion.V2, "/sys/fs/cgroup/unified");
        ExpectNone("pids", "does not have the pids controller");
    }

    [Test]
    public void On_v2_the_nearest_group_serves_that_hands_controllers_on()
    {
        Unified("/user.slice/app.service/host");
        _host.Group(Top, "cpu memory pids", given: "cpu memory pids", isRoot: true);
        _host.Group($"{Top}/user.slice", "cpu memory pids", given: "memory pids");
        _host.Group($"{Top}/user.slice/app.service", "memory pids", isWritable: true);
        _host.Group($"{Top}/user.slice/app.service/host", "", processes: "1", isWritable: true);

        Expect("memory", CgroupVersion.V2, $"{Top}/user.slice/app.service");
        Expect("cpuacct", CgroupVersion.V2, $"{Top}/user.slice/app.service");
        ExpectNone("cpu", "does not have the cpu controller");
    }

    [Test]
    public void On_v2_a_group_with_processes_hands_nothing_on()
    {
        Unified("/app.service");
        _host.Group(Top, "memory", given: "memory", isRoot: true);
        _host.Group($"{Top}/app.service", "memory", processes: "1", isWritable: true);

        ExpectNone("memory", "contains processes");
    }

    [Test]
    public void The_application_names_the_parent()
    {
        Unified("/app.service");
        _host.Group(Top, "memory", given: "memory", isRoot: true, isWritable: true);
        _host.Group($"{Top}/app.service", "memory", processes: "1");
        _host.Group($"{Top}/judge", "memory", isWritable: true);

        Expect("memory", CgroupVersion.V2, $"{Top}/judge", "/judge");
        Expect("memory", CgroupVersion.V2, Top);
        ExpectNone("memory", "has no cgroup /other", "/other");
    }

    [Test]
    public void A_container_without_a_cgroup_namespace_sees_its_part_of_the_tree()
    {
        _host.Mounts(Root, "31 24 0:28 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory");
        _host.Write("/proc/self/cgroup", "2:memory:/docker/abc/job");
        _host.Write("/sys/fs/cgroup/memory/job/tasks", "");
        _host.Writable.Add("/sys/fs/cgroup/memory/job");

        Expect("memory", CgroupVersion.V1, "/sys/fs/cgroup/memory/job");
    }

    // The paths as seen from a cgroup namespace that was entered after the mount.
    [TestCase("/..", "/")]
    [TestCase("/", "/../other")]
    public void A_mount_that_shows_another_part_is_told(string root, string group)
    {
        _host.Mounts(Root, $"31 24 0:28 {root} /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory");
        _host.Write("/proc/self/cgroup", $"2:memory:{group}");
        _host.Write("/sys/fs/cgroup/memory/tasks", "");
        _host.Writable.Add("/sys/fs/cgroup/memory");

        ExpectNone("memory", "does not show the cgroup");
    }

    [Test]
    public void Odd_mount_points_with_escapes_and_a_second_mount_that_can_be_written()
    {
        _host.Mounts(
            Root, "31 24 0:28 / /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory",
            @"32 24 0:28 / /mnt/my\040groups\134x rw - cgroup cgroup rw,memory");
        _host.Write("/proc/self/cgroup", "2:memory:/a job");
        _host.Write("/sys/fs/cgroup/memory/a job/tasks", "");
        _host.Write(@"/mnt/my groups\x/a job/tasks", "");
        _host.Writable.Add(@"/mnt/my groups\x/a job");

        Expect("memory", CgroupVersion.V1, @"/mnt/my groups\x/a job");
    }

    [Test]
    public void A_group_of_v1_that_may_not_be_written_is_told()
    {
        Legacy("/sys/fs/cgroup/memory", "memory", "/", "2");
        WriteLegacy();
        _host.Writable.Clear();

        ExpectNone("memory", "/sys/fs/cgroup/memory is not writable");
    }

    [Test]
    public void A_hierarchy_that_is_not_mounted_is_told()
    {
        _host.Write("/proc/self/cgroup", "2:memory:/");

        ExpectNone("memory", "whose hierarchy is not mounted");
    }

    private void Legacy(string point, string controllers, string group, string number)
    {
        string directory = group == "/" ? point : point + group;
        _mounts.Add($"3{number} 24 0:{number} / {point} rw - cgroup cgroup rw,{controllers}");
        _groups.Add($"{number}:{controllers}:{group}");
        _host.Write($"{directory}/tasks", "");
        _host.Writable.Add(directory);
    }

    private void WriteLegacy()
    {
        _host.Mounts([Root, .. _mounts]);
        _host.Write("/proc/self/cgroup", string.Join('\n', _groups));
    }

    private void Unified(string group)
    {
        _host.Mounts(Root, $"30 24 0:27 / {Top} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate");
        _host.Write("/proc/self/cgroup", $"0::{group}");
    }

    private void Expect(string controller, object version, string directory, string? parent = null)
    {
        bool isFound = CgroupLayout.Read(_host.Files, parent).TryFind(
            controller, out ControllerMount? place, out Obstacle? obstacle);
        Assert.That(isFound, Is.True, obstacle?.Reason);
        Assert.That(place, Is.EqualTo(new ControllerMount((CgroupVersion)version, directory)));
    }

    private void ExpectNone(string controller, string reason, string? parent = null)
    {
        bool isFound = CgroupLayout.Read(_host.Files, parent).TryFind(controller, out _, out Obstacle? obstacle);
        Assert.That((isFound, obstacle?.Reason), Is.EqualTo((false, obstacle?.Reason)));
        Assert.That(obstacle!.Reason, Does.Contain(reason));
        Assert.That(obstacle.Remedy, Is.Not.Null);
    }
}
