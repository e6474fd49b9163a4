using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;
using Isolation.Linux.Parts;
using Isolation.Linux.Tests.Probing;

namespace Isolation.Linux.Tests.Planning;

/// <summary>
/// Provides the kinds of hosts that a plan is made for: the files, the credentials and the kernel's answers of real
/// ones, as far as planning asks for them.
/// </summary>
internal static class HostKinds
{
    private const string Root = "24 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw";
    private const string Proc = "25 24 0:22 / /proc rw,nosuid,nodev,noexec - proc proc rw";
    private const string Unified = "30 24 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec - cgroup2 cgroup2 rw,nsdelegate";
    private const string Controllers = "cpuset cpu io memory hugetlb pids rdma misc";
    private const string Top = "/sys/fs/cgroup";

    private static readonly string[] LegacyControllers =
        ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids"];

    // /sys/fs/cgroup as Docker's default profile leaves it, and what its masks cover.
    private static readonly string[] ContainerMounts =
    [
        "900 800 0:50 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w",
        "901 900 0:52 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw",
        "902 900 0:27 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate",
        "903 901 0:52 /bus /proc/bus ro,nosuid,nodev,noexec,relatime - proc proc rw",
        "904 901 0:52 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw",
        "905 901 0:53 / /proc/kcore rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755",
    ];

    private static readonly Dictionary<string, Action<FakeHost>> Kinds = new()
    {
        ["root, cgroup v1"] = host => AsLegacy(host.AsRoot(), isHybrid: false),
        ["root, hybrid cgroups"] = host => AsLegacy(host.AsRoot(), isHybrid: true),
        ["root, cgroup v2"] = host => AsUnified(host.AsRoot()),
        ["ordinary user with subordinate ids"] = AsUnified,
        ["ordinary user without subordinate ids"] = host =>
        {
            AsUnified(host);
            host.Write("/etc/subuid", "");
            host.Write("/etc/subgid", "");
        },
        ["container of Docker"] = host =>
        {
            AsContainer(host, "0 0 4294967295", 0xa80425fb);
            host.Refusals[Namespaces.User] = 1;
            host.Refusals[Namespaces.Mount] = 1;
        },
        ["container of Podman, rootless"] = host =>
        {
            AsContainer(host, "0 1000 1\n1 100000 65536", 0x800405fb);
            host.ProcRefusal = 1;
        },
        ["old kernel"] = host =>
        {
            AsLegacy(host.AsRoot(), isHybrid: false);
            host.Write("/proc/sys/kernel/osrelease", "5.12.19");
            host.Landlock = new LandlockSupport(0, -38);
        },
    };

    public static IEnumerable<string> Names => Kinds.Keys;

    public static FakeHost Create(string kind)
    {
        FakeHost host = new();
        host.Write("/usr/bin/true", "");
        Kinds[kind](host);
        return host;
    }

    public static PlanningHost Planning(FakeHost host) => new()
    {
        Files = host.Files,
        Links = PackageLinks.Current,
        Credentials = host.Facts,
        Probes = host,
        Namespaces = host.Probe.Namespaces,
        Cgroups = new NoDelegation(),
        Landlock = host.Landlock,
    };

    private static void AsUnified(FakeHost host)
    {
        host.Mounts(Root, Proc, Unified);
        bool isRoot = host.Facts.UserId == 0;
        string own = isRoot ? "/system.slice/judge.service" : "/user.slice/user-1500.slice/user@1500.service/app";
        host.Write("/proc/self/cgroup", $"0::{own}/host");
        host.Group(Top, Controllers, Controllers, isRoot: true, isWritable: isRoot);
        host.Group(Top + own, "cpu memory pids", "cpu memory pids", isWritable: true);
        host.Group($"{Top}{own}/host", "cpu memory pids", processes: "1234", isWritable: true);
        string unit = isRoot ? own : Path.GetDirectoryName(own)!;
        host.Attributes[(Top + unit, isRoot ? "trusted.delegate" : "user.delegate")] = "1";
    }

    private static void AsLegacy(FakeHost host, bool isHybrid)
    {
        IEnumerable<string> mounts = LegacyControllers.Select((name, index) =>
            $"{32 + index} 31 0:{29 + index} / {Top}/{name} rw,relatime - cgroup cgroup rw,{name}");
        string[] unified = isHybrid ? [$"41 31 0:38 / {Top}/unified rw - cgroup2 cgroup2 rw"] : [];
        host.Mounts([Root, Proc, .. mounts, .. unified]);
        IEnumerable<string> groups = LegacyControllers.Select((name, index) => $"{index + 1}:{name}:/");
        host.Write("/proc/self/cgroup", string.Join('\n', isHybrid ? [.. groups, "0::/"] : groups));
        foreach (string name in LegacyControllers)
        {
            host.Write($"{Top}/{name}/cgroup.procs", "1");
            host.Writable.Add($"{Top}/{name}");
        }

        if (isHybrid)
        {
            host.Group($"{Top}/unified", "hugetlb", isRoot: true, isWritable: true);
        }
    }

    private static void AsContainer(FakeHost host, string ids, long capabilities)
    {
        host.AsRoot();
        host.Facts = host.Facts with { Capabilities = capabilities, MayMount = false };
        host.Mounts(ContainerMounts);
        host.Write("/proc/self/uid_map", ids);
        host.Write("/proc/self/gid_map", ids);
        host.Write("/proc/self/status", $"Name:\tdotnet\nCapEff:\t{capabilities:x16}\nNoNewPrivs:\t0\nSeccomp:\t2");
        host.Write("/proc/self/cgroup", "0::/");
        host.Group(Top, Controllers, processes: "1", isRoot: false);
    }

    private sealed class NoDelegation : ICgroupDelegation
    {
        public Obstacle? LeaveGroup(string directory) => new("The application stays in its cgroup.", null);

        public string? FindScope(string ownGroup, Func<string, string?> locate, out Obstacle? obstacle)
        {
            obstacle = new Obstacle("There is no systemd.", null);
            return null;
        }

        public bool IsUsable(string directory) => true;
    }
}
