using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.FileSystem;
using Isolation.Linux.Host;
using Isolation.Linux.Parts;
using Isolation.Linux.Planning;
using Isolation.Linux.Plans;
using Isolation.Linux.Tests.Probing;

namespace Isolation.Linux.Tests.Planning;

/// <summary>Plans for hosts of every kind, made on this machine.</summary>
public sealed class PlanTests
{
    private const string NoLimit = "without set the limit";

    private static readonly SandboxSpecification Judge = new()
    {
        Mounts =
        [
            new BindMount("/usr", "/usr"), new TemporaryMount("/tmp"), new ProcMount(), new DeviceMount("/dev"),
            new BindMount("/lib32", "/lib32") { Requirement = Requirement.Prefer },
        ],
        Limits = new SandboxLimits { Memory = 64 << 20, Processes = 16, Requirement = Requirement.Prefer },
        Landlock = LandlockPolicy.OfMounts,
    };

    private static readonly Dictionary<string, string[]> Expected = new()
    {
        ["root, cgroup v1"] =
        [
            "users 0:1879048192:65536, supplementary groups dropped", "the application opens /usr",
            "V1 /sys/fs/cgroup/memory: memory.limit_in_bytes 67108864", "V1 /sys/fs/cgroup/pids: pids.max 16",
            "V1 /sys/fs/cgroup/cpuacct: ", "Landlock ABI 7", "without mount /lib32 on /lib32",
            "without limit the memory of sockets",
        ],
        ["root, hybrid cgroups"] =
        [
            "users 0:1879048192:65536, supplementary groups dropped", "the application opens /usr",
            "V1 /sys/fs/cgroup/memory: memory.limit_in_bytes 67108864", "V1 /sys/fs/cgroup/pids: pids.max 16",
            "V1 /sys/fs/cgroup/cpuacct: ", "Landlock ABI 7", "without mount /lib32 on /lib32",
            "without limit the memory of sockets",
        ],
        ["root, cgroup v2"] =
        [
            "users 0:1879048192:65536, supplementary groups dropped", "the application opens /usr",
            "V2 /sys/fs/cgroup/system.slice/judge.service: memory.max 67108864, pids.max 16", "Landlock ABI 7",
            "without mount /lib32 on /lib32",
        ],
        ["ordinary user with subordinate ids"] =
        [
            "users 1000:1500:1, setgroups denied",
            "V2 /sys/fs/cgroup/user.slice/user-1500.slice/user@1500.service/app: memory.max 67108864, pids.max 16",
            "Landlock ABI 7", "without mount /lib32 on /lib32",
        ],
        ["ordinary user without subordinate ids"] =
        [
            "users 1000:1500:1, setgroups denied",
            "V2 /sys/fs/cgroup/user.slice/user-1500.slice/user@1500.service/app: memory.max 67108864, pids.max 16",
            "Landlock ABI 7", "without mount /lib32 on /lib32",
        ],
        ["container of Docker"] =
        [
            "users 0:1879048192:65536, supplementary groups dropped", "Landlock ABI 7",
            "without mount /lib32 on /lib32", $"{NoLimit} Memory", $"{NoLimit} Processes",
        ],
        ["container of Podman, rootless"] =
        [
            "users 0:65535:1 1000:65536:1, supplementary groups dropped", "Landlock ABI 7",
            "without mount /lib32 on /lib32", $"{NoLimit} Memory", $"{NoLimit} Processes",
        ],
        ["old kernel"] =
        [
            "users 0:1879048192:65536, supplementary groups dropped", "the application opens /usr",
            "V1 /sys/fs/cgroup/memory: memory.limit_in_bytes 67108864", "V1 /sys/fs/cgroup/pids: pids.max 16",
            "V1 /sys/fs/cgroup/cpuacct: ", "without restrict files with Landlock",
            "without confine a command with Landlock: All", "without mount /lib32 on /lib32",
            "without limit the memory of sockets",
        ],
    };

    [TestCaseSource(typeof(HostKinds), nameof(HostKinds.Names))]
    public void A_host_of_each_kind_has_its_plan(string kind)
    {
        using FakeHost host = HostKinds.Create(kind);

        SandboxPlan plan = SandboxPlanner.Plan(Judge, HostKinds.Planning(host));

        Assert.That(Describe(plan), Is.EquivalentTo(Expected[kind]));
    }

    [Test]
    public void Subordinate_ids_are_those_of_the_host()
    {
        SandboxSpecification mapped = Judge with { IdMap = IdMap.Subordinate };
        using FakeHost with = HostKinds.Create("ordinary user with subordinate ids");
        using FakeHost without = HostKinds.Create("ordinary user without subordinate ids");

        Assert.That(
            Ranges(SandboxPlanner.Plan(mapped, HostKinds.Planning(with)).IdMap?.Users),
            Is.EqualTo("0:1500:1 1:100000:65536"));
        Assert.That(
            () => SandboxPlanner.Plan(mapped, HostKinds.Planning(without)),
            Throws.TypeOf<SandboxException>().With.Message.Contains("/etc/subuid has no range"));
    }

    [Test]
    public void A_required_limit_without_a_cgroup_is_refused_in_the_plan()
    {
        using FakeHost host = HostKinds.Create("container of Docker");
        SandboxSpecification required = Judge with { Limits = new SandboxLimits { Memory = 64 << 20 } };

        Assert.That(
            () => SandboxPlanner.Plan(required, HostKinds.Planning(host)),
            Throws.TypeOf<SandboxException>().With.Message.Contains("set the limit Memory"));
    }

    [Test]
    public void A_cgroup_is_obtained_when_a_sandbox_is_created_and_not_while_it_is_planned()
    {
        using FakeHost host = HostKinds.Create("root, cgroup v2");
        host.Attributes.Clear();
        host.Writable.Clear();
        host.Write("/run/systemd/system/x", "");
        CountingDelegation delegation = new();

        SandboxPlan plan = SandboxPlanner.Plan(
            Judge with { Limits = new SandboxLimits { Memory = 64 << 20 } },
            HostKinds.Planning(host) with { Cgroups = delegation });

        Assert.That((delegation.Requests, plan.Cgroups!.Plan), Is.EqualTo((0, (CgroupPlan?)null)));
        Assert.That(
            () => plan.Cgroups.PrepareHost(new SandboxPreparation("one", null, isForOneRun: false)),
            Throws.TypeOf<SandboxException>().With.Message.Contains("set the limit Memory"));
        Assert.That(delegation.Requests, Is.EqualTo(1));
    }

    // The host of the test has none of the directories; they are looked up at each launch.
    [TestCase("root, cgroup v2", false)]
    [TestCase("old kernel", true)]
    public void A_plan_of_an_overlay_depends_on_the_described_host_only(string kind, bool isTooOld)
    {
        using FakeHost host = HostKinds.Create(kind);
        SandboxSpecification overlay = new()
        {
            Root = new OverlayRoot(["/layers/base"])
            {
                Upper = new PersistentUpper("/layers/upper", "/layers/work"),
            },
        };

        SandboxPlan plan = SandboxPlanner.Plan(overlay, HostKinds.Planning(host));

        OverlaySource laid = plan.Sources.OfType<OverlaySource>().Single();
        Assert.That(laid.MapsOwners, Is.EqualTo(!isTooOld));
        Assert.That(
            plan.LeftOut.Any(missing => missing.Feature == "map the owners of /layers/base"), Is.EqualTo(isTooOld));
    }

    // A reader of the planner sees this order in one list; here is what becomes of it.
    [Test]
    public void The_steps_come_in_the_order_of_the_list()
    {
        using FakeHost host = HostKinds.Create("root, cgroup v2");

        SandboxPlan plan = SandboxPlanner.Plan(Judge, HostKinds.Planning(host));
        string[] steps = [.. plan.Steps.Select(step => step.ToString())];

        string[] order =
        [
            "keep the init process from being traced", "take a session keyring", "become the sandbox's first user",
            "open /proc/sys/user", "make the root", "mount /usr on /usr", "make the root read-only /",
            "enter the new root", "leave the host's root", "set the host name sandbox", "start the loopback device",
            "make a Landlock ruleset (ABI 7)", "close what the set-up left open",
        ];
        Assert.That(order.Select(step => Array.IndexOf(steps, step)), Is.Ordered.And.None.Negative);
    }

    private static IEnumerable<string> Describe(SandboxPlan plan)
    {
        yield return $"users {Ranges(plan.IdMap?.Users)}, "
            + (plan.IdMap?.DeniesSetgroups == true ? "setgroups denied" : "supplementary groups dropped");
        foreach (HostSource source in plan.Sources)
        {
            yield return $"the application opens {source.Path}";
        }

        foreach (CgroupHierarchy hierarchy in plan.Cgroups?.Plan?.Hierarchies ?? [])
        {
            yield return $"{hierarchy.Version} {hierarchy.Parent}: "
                + string.Join(", ", hierarchy.Settings.Select(setting => $"{setting.Files[0]} {setting.Value}"));
        }

        if (plan.LandlockPlan is { IsEmpty: false } landlock)
        {
            yield return $"Landlock ABI {landlock.Abi}";
        }

        foreach (NotApplied missing in plan.LeftOut.Concat(plan.Cgroups?.Plan?.NotApplied ?? []))
        {
            yield return $"without {missing.Feature}";
        }
    }

    private static string Ranges(ImmutableArray<IdRange>? ranges) =>
        string.Join(" ", (ranges ?? []).Select(range => $"{range.Inside}:{range.Host}:{range.Count}"));

    /// <summary>Counts the requests, and refuses each.</summary>
    private sealed class CountingDelegation : ICgroupDelegation
    {
        internal int Requests { get; private set; }

        public Obstacle? LeaveGroup(string directory)
        {
            Requests++;
            return new Obstacle("The application stays in its cgroup.", null);
        }

        public string? FindScope(string ownGroup, Func<string, string?> locate, out Obstacle? obstacle)
        {
            Requests++;
            obstacle = new Obstacle("There is no systemd.", null);
            return null;
        }

        public bool IsUsable(string directory) => true;
    }
}
