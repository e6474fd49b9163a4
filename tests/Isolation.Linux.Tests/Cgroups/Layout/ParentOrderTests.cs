using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;
using Isolation.Linux.Tests.Probing;

namespace Isolation.Linux.Tests.Cgroups.Layout;

/// <summary>
/// Tests the choice of the parent cgroup on v2 (the specified one, a delegated one, a systemd scope, the root) and the
/// changes to the host that it requires.
/// </summary>
public sealed class ParentOrderTests
{
    private const string Top = "/sys/fs/cgroup";
    private const string Service = "/system.slice/judge.service";
    private const string UserUnit = "/user.slice/user-1500.slice/user@1500.service/app.slice/x.scope";
    private const string Scope = "/system.slice/isolation-1-2-3-4.scope";

    private FakeHost _host;
    private FakeMaker _maker;

    [SetUp]
    public void SetUp()
    {
        _host = new FakeHost();
        _maker = new FakeMaker(_host);
        _host.Mounts(
            "24 1 8:1 / / rw - ext4 /dev/sda1 rw", $"30 24 0:27 / {Top} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate");
        _host.Group(Top, "cpu memory pids", given: "cpu memory pids", isRoot: true, isWritable: true);
        _host.Group($"{Top}/system.slice", "cpu memory pids", given: "cpu memory pids", isWritable: true);
        _host.Write("/run/systemd/system/x", "");
    }

    [TearDown]
    public void TearDown() => _host.Dispose();

    [Test]
    public void The_named_group_comes_first()
    {
        In(Service);
        _host.Group($"{Top}/judge", "memory", isWritable: true);
        Delegated(Service);

        Expect($"{Top}/judge", "/judge");
    }

    [Test]
    public void A_named_group_that_does_not_serve_is_not_replaced()
    {
        In(Service);
        _host.Group($"{Top}/judge", "memory", processes: "7", isWritable: true);

        Assert.That(Find("/judge", out Obstacle? obstacle), Is.Null);
        Assert.That(
            (obstacle!.Reason, _maker.Done), Is.EqualTo(
                ($"The memory controller is not available: The cgroup {Top}/judge contains processes, so it cannot "
                    + "enable controllers for its children.", "")));
    }

    [Test]
    public void A_delegated_group_with_the_host_in_a_leaf_serves_as_it_is()
    {
        In($"{Service}/host");
        _host.Group($"{Top}{Service}", "cpu memory pids", isWritable: true);
        Delegated(Service);

        Expect($"{Top}{Service}");
    }

    [Test]
    public void A_parent_of_a_delegated_cgroup_is_not_used()
    {
        In(Service);
        Delegated(Service);

        Expect($"{Top}{Scope}", done: "leave? scope");
    }

    [Test]
    public void The_host_leaves_a_delegated_group_where_it_may()
    {
        In(Service);
        Delegated(Service);
        _maker.MayLeave = true;

        Expect($"{Top}{Service}", done: "leave");
    }

    [TestCase(Service)]
    [TestCase("/user.slice/user-0.slice/session-1.scope")]
    public void A_unit_that_is_not_delegated_is_left_alone_even_by_root(string unit)
    {
        In(unit);
        _maker.MayLeave = true;

        Expect($"{Top}{Scope}", done: "scope");
    }

    // Before systemd 251, only root can read the delegation marks of systemd.
    [Test]
    public void A_group_that_an_older_systemd_gave_to_a_user_is_delegated()
    {
        In($"{Service}/host");
        _host.Group($"{Top}{Service}", "memory", isWritable: true);
        _host.Writable.Remove(Top);
        _host.Writable.Remove($"{Top}/system.slice");

        Expect($"{Top}{Service}");
    }

    // The user's manager owns all cgroups below its own and sets no marks.
    [TestCase("/leaf", $"{Top}{UserUnit}", "")]
    [TestCase("", $"{Top}{Scope}", "scope")]
    public void A_cgroup_below_a_unit_of_the_users_manager_counts_as_delegated(
        string leaf, string expected, string done)
    {
        In(UserUnit + leaf);
        _host.Group($"{Top}{UserUnit}", "memory", processes: leaf.Length > 0 ? "" : "2", isWritable: true);
        _host.Writable.Remove(Top);

        Expect(expected, done: done);
    }

    [Test]
    public void Without_a_scope_the_root_serves_who_may_write_to_it()
    {
        In(Service);
        _maker.HasScope = false;

        Expect(Top, done: "scope");
    }

    [Test]
    public void The_obstacle_lists_all_attempts_and_remedies()
    {
        In(Service);
        _maker.HasScope = false;
        _host.Writable.Clear();

        Assert.That(Find(null, out Obstacle? obstacle), Is.Null);
        Assert.That(
            obstacle!.Reason, Is.EqualTo(
                $"The memory controller is not available: The cgroup {Top}{Service} is not writable. systemd "
                + $"is deaf."));
        Assert.That(obstacle.Remedy, Does.Contain("Delegate=yes").And.Contain("Shout."));
    }

    [Test]
    public void Without_systemd_nobody_is_asked_for_a_scope()
    {
        In("/job");
        _host.DeleteDirectory("/run/systemd");

        Expect(Top, done: "leave?");
    }

    [Test]
    public void Root_in_the_root_of_all_stays_there()
    {
        _host.Write("/proc/self/cgroup", "0::/");
        _host.DeleteDirectory("/run/systemd");
        _maker.MayLeave = true;

        Expect(Top);
    }

    [Test]
    public void A_container_may_leave_the_root_of_its_namespace()
    {
        _host.Write("/proc/self/cgroup", "0::/");
        _host.DeleteDirectory("/run/systemd");
        _host.Group(Top, "cpu memory pids", processes: "1", isWritable: true);
        _maker.MayLeave = true;

        Expect(Top, done: "leave");
    }

    [Test]
    public void A_v1_controller_is_used_without_touching_v2()
    {
        _host.Mounts(
            "24 1 8:1 / / rw - ext4 /dev/sda1 rw", "31 24 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
            "40 24 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw");
        _host.Write("/proc/self/cgroup", $"2:memory:/\n0::{Service}");
        _host.Write("/sys/fs/cgroup/memory/tasks", "");
        _host.Writable.Add("/sys/fs/cgroup/memory");
        _host.Group("/sys/fs/cgroup/unified", "hugetlb", isRoot: true, isWritable: true);

        Expect("/sys/fs/cgroup/memory");
    }

    [Test]
    public void A_v2_without_controllers_is_left_alone()
    {
        In(Service);
        _host.Group(Top, "", isRoot: true, isWritable: true);
        _host.Group($"{Top}{Service}", "", processes: "2", isWritable: true);

        Assert.That((Find(null, out Obstacle? obstacle), _maker.Done), Is.EqualTo(((string?)null, "")));
        Assert.That(obstacle!.Reason, Does.Contain("has no v2 controllers"));
    }

    private void In(string group)
    {
        _host.Write("/proc/self/cgroup", $"0::{group}");
        _host.Group($"{Top}{group}", "cpu memory pids", processes: "2", isWritable: true);
        for (string above = group; above.Length > 0; above = above[..above.LastIndexOf('/')])
        {
            // Root can write everywhere.
            _host.Writable.Add(Top + above);
        }
    }

    private void Delegated(string group) => _host.Attributes[($"{Top}{group}", "trusted.delegate")] = "1";

    private string? Find(string? parent, out Obstacle? obstacle) =>
        CgroupLayout.Read(_host.Files, parent, _maker).TryFind("memory", out ControllerMount? place, out obstacle)
            ? place.Directory
            : null;

    private void Expect(string directory, string? parent = null, string done = "")
    {
        string? found = Find(parent, out Obstacle? obstacle);
        Assert.That((found, _maker.Done), Is.EqualTo((directory, done)), obstacle?.Reason);
    }

    private sealed class FakeMaker(FakeHost host) : ICgroupDelegation
    {
        internal bool MayLeave { get; set; }

        internal bool HasScope { get; set; } = true;

        /// <summary>Gets the requests; a question mark marks refused ones.</summary>
        internal string Done { get; private set; } = "";

        public Obstacle? LeaveGroup(string directory)
        {
            Done += MayLeave ? "leave" : "leave?";
            if (!MayLeave)
            {
                return new Obstacle("The host may not be moved.", "Move it.");
            }

            host.Write($"{directory}/cgroup.procs", "");
            return null;
        }

        public string? FindScope(string ownGroup, Func<string, string?> locate, out Obstacle? obstacle)
        {
            Done += Done.Length > 0 ? " scope" : "scope";
            obstacle = HasScope ? null : new Obstacle("systemd is deaf.", "Shout.");
            if (!HasScope)
            {
                return null;
            }

            host.Group($"{Top}{Scope}", "cpu memory pids", isWritable: true);
            return locate(Scope);
        }

        public bool IsUsable(string directory) => true;
    }
}
