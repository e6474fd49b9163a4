using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Tests.Planning;
using Isolation.Linux.Tests.Probing;

namespace Isolation.Linux.Tests.Cgroups.Plans;

/// <summary>Tests where cgroups with a path specified by the application are planned.</summary>
public sealed class CgroupPathTests
{
    private const string Top = "/sys/fs/cgroup";

    private static readonly SandboxLimits Boxed = new()
    {
        CgroupPath = "/judge/box",
        Processes = 16,
        Devices = [],
    };

    [TestCase("root, cgroup v1", "V1 cpuacct", "V1 devices", "V1 memory", "V1 pids")]
    [TestCase("root, hybrid cgroups", "V1 cpuacct", "V1 devices", "V1 memory", "V1 pids")]
    public void On_v1_the_path_is_the_same_in_each_hierarchy(string kind, params string[] hierarchies)
    {
        using FakeHost host = HostKinds.Create(kind);
        CgroupPlan plan = Plan(host, Boxed);

        Assert.That(Places(plan), Is.EquivalentTo(
            hierarchies.Select(hierarchy => $"{hierarchy[..3]}{Top}/{hierarchy[3..]}/judge box")));
    }

    [Test]
    public void On_a_hybrid_host_the_path_is_in_the_v2_hierarchy_as_well()
    {
        using FakeHost host = HostKinds.Create("root, hybrid cgroups");
        CgroupPlan plan = Plan(host, Boxed with { HugePages = [new(2 << 20, 0)] });

        Assert.That(Places(plan), Does.Contain($"V2 {Top}/unified/judge box"));
    }

    [Test]
    public void On_v2_the_path_starts_at_the_mount()
    {
        using FakeHost host = HostKinds.Create("root, cgroup v2");

        Assert.That(Places(Plan(host, Boxed)), Is.EqualTo([$"V2 {Top}/judge box"]));
    }

    // The closest ancestor that exists decides, since the others are created.
    [TestCase("/system.slice/judge.service/a/b/box", $"{Top}/system.slice/judge.service/a/b")]
    [TestCase("/system.slice/judge.service/box", $"{Top}/system.slice/judge.service")]
    [TestCase("/box", Top)]
    public void On_v2_the_controllers_of_the_closest_ancestor_count(string path, string parent)
    {
        using FakeHost host = HostKinds.Create("root, cgroup v2");
        CgroupPlan plan = Plan(host, Boxed with { CgroupPath = path });

        Assert.That(Places(plan), Is.EqualTo([$"V2 {parent} box"]));
    }

    [Test]
    public void On_v2_a_limit_without_controller_is_refused()
    {
        using FakeHost host = HostKinds.Create("root, cgroup v2");
        SandboxLimits limits = Boxed with
        {
            CgroupPath = "/system.slice/judge.service/a/box",
            HugePages = [new(2 << 20, 0)],
        };

        Assert.That(
            () => Plan(host, limits), Throws.TypeOf<SandboxException>().With.Message.Contains("hugetlb controller"));
    }

    [Test]
    public void On_v2_an_ancestor_with_processes_is_refused()
    {
        using FakeHost host = HostKinds.Create("root, cgroup v2");
        const string Occupied = "/system.slice/judge.service/host";

        Assert.That(
            () => Plan(host, Boxed with { CgroupPath = $"{Occupied}/a/box" }),
            Throws.TypeOf<SandboxException>().With.Message.Contains($"{Top}{Occupied} contains processes"));
    }

    [Test]
    public void A_hierarchy_that_is_not_writable_is_refused([Values] bool isLimited)
    {
        using FakeHost host = HostKinds.Create("root, cgroup v1");
        host.Writable.Clear();
        SandboxLimits limits = isLimited ? Boxed : new() { CgroupPath = Boxed.CgroupPath };

        SandboxException refusal = Assert.Throws<SandboxException>(() => Plan(host, limits))!;
        CgroupPlan plan = Plan(host, limits with { Requirement = Requirement.Prefer });

        Assert.That(refusal.Message, Does.Contain("is not writable"));
        Assert.That(plan.Hierarchies, Is.Empty);
        Assert.That(plan.NotApplied.Select(one => one.Feature), Does.Contain("create the cgroup /judge/box"));
    }

    [Test]
    public void A_mount_that_shows_another_part_is_refused()
    {
        using FakeHost host = new();
        host.Mounts($"31 24 0:28 /docker/abc {Top}/pids rw - cgroup cgroup rw,pids");
        host.Write("/proc/self/cgroup", "2:pids:/docker/abc");
        host.Write($"{Top}/pids/tasks", "");
        host.Writable.Add($"{Top}/pids");
        SandboxLimits limits = new() { Processes = 16 };

        Assert.That(
            Places(Plan(host, limits with { CgroupPath = "/docker/abc/a/box" })), Is.EqualTo([$"V1 {Top}/pids/a box"]));
        Assert.That(
            () => Plan(host, limits with { CgroupPath = "/docker/box" }),
            Throws.TypeOf<SandboxException>().With.Message.Contains("does not show the cgroup /docker,"));
    }

    [TestCase("root, cgroup v2", "/system.slice/judge.service/host")]
    [TestCase("root, hybrid cgroups", "/session")]
    public void The_cgroup_of_the_application_is_refused(string kind, string own)
    {
        using FakeHost host = HostKinds.Create(kind);
        if (kind != "root, cgroup v2")
        {
            host.Write("/proc/self/cgroup", $"1:cpu:/\n2:pids:{own}\n0::/");
        }

        SandboxException refusal = Assert.Throws<SandboxException>(
            () => Plan(host, Boxed with { CgroupPath = own, Requirement = Requirement.Prefer }))!;

        Assert.That((refusal.ErrorName, refusal.Target), Is.EqualTo(("EBUSY", own)));
        Assert.That(refusal.Message, Does.Contain("the application itself is in it"));
    }

    [Test]
    public void Without_a_path_the_library_chooses_the_name()
    {
        using FakeHost host = HostKinds.Create("root, cgroup v1");

        Assert.That(Plan(host, new() { Processes = 16 }).Name, Is.Null);
    }

    private static CgroupPlan Plan(FakeHost host, SandboxLimits limits) =>
        CgroupPlan.Make(limits, host.Files, HostKinds.Planning(host).Cgroups)!;

    private static IEnumerable<string> Places(CgroupPlan plan) =>
        plan.Hierarchies.Select(hierarchy => $"{hierarchy.Version} {hierarchy.Parent} {plan.Name}");
}
