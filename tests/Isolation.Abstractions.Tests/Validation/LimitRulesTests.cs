using System.Collections.Immutable;

namespace Isolation.Abstractions.Tests.Validation;

/// <summary>Checks that all limits that no host can enforce are reported together.</summary>
public sealed class LimitRulesTests
{
    [Test]
    public void Limits_within_their_ranges_are_fine() => Assert.That(Members(new SandboxLimits
    {
        Memory = 64 << 10,
        Swap = 0,
        Cpu = 0.01,
        CpuBurst = TimeSpan.FromMilliseconds(1),
        CpuWeight = 10_000,
        Cpus = [0, 1],
        Processes = 1,
        InputOutputWeight = 1,
        InputOutput = [new DeviceBandwidth(8, 0) { ReadBytes = 1 }],
        HugePages = [new HugePageLimit(2 << 20, 0)],
        ParentGroup = "/judge",
        Devices = [new DevicesByNumber(DeviceKind.Any, null, 1_048_575),
            new DevicesByNumber(DeviceKind.Block, 4095, null), new DeviceByPath("/dev/kvm")],
    }), Is.Empty);

    [Test]
    public void Every_error_is_listed() => Assert.That(
        Members(new SandboxLimits
        {
            Requirement = (Requirement)7,
            ParentGroup = "judge",
            Memory = (64 << 10) - 1,
            MemoryHigh = -1,
            MemoryMin = 64 << 10,
            Swap = -1,
            OutOfMemoryKill = (OutOfMemoryKill)3,
            Cpu = double.NaN,
            CpuWeight = 0,
            Cpus = [0, 0, -1],
            Processes = 0,
            InputOutputWeight = 1001,
            InputOutput = [new DeviceBandwidth(-1, 0) { Reads = 0 }, null!],
            HugePages = [new HugePageLimit(3, -1)],
            Devices =
            [
                new DevicesByNumber((DeviceKind)3, 4096, -1, (DeviceAccess)8), null!,
                new DeviceByPath("kvm", DeviceAccess.None),
            ],
        }),
        Is.EqualTo(new[]
        {
            "Requirement", "ParentGroup", "Memory", "MemoryHigh", "Swap", "OutOfMemoryKill", "MemoryMin", "Cpu",
            "CpuWeight", "Cpus[1]", "Cpus[2]", "Processes",
            "InputOutputWeight", "InputOutput[0].Major", "InputOutput[0].Reads", "InputOutput[1]",
            "HugePages[0].PageSize", "HugePages[0].Bytes",
            "Devices[0].Kind", "Devices[0].Major", "Devices[0].Minor", "Devices[0].Access", "Devices[1]",
            "Devices[2].Path", "Devices[2].Access",
        }));

    [TestCase("/box")]
    [TestCase("/a judge/box-1.scope")]
    [TestCase("/isolation-1-2-3/isolation-1-2-3-x")]
    public void A_cgroup_path_is_absolute_and_normalized(string path) =>
        Assert.That(Members(new SandboxLimits { CgroupPath = path }), Is.Empty);

    [TestCase("", "Is empty")]
    [TestCase("/", "root cgroup")]
    [TestCase("judge/box", "absolute")]
    [TestCase("/judge/../box", "normalized")]
    [TestCase("/judge/./box", "normalized")]
    [TestCase("/judge//box", "normalized")]
    [TestCase("/judge/..", "normalized")]
    [TestCase("/judge/box/", "end with a slash")]
    [TestCase("/judge/b\0x", "NUL")]
    [TestCase("/judge/b\nx", "line break")]
    [TestCase("/isolation-1-22-333-4/box", "isolation-1-22-333-4")]
    [TestCase("/judge/isolation-1-22-333-4", "isolation-1-22-333-4")]
    public void Other_cgroup_paths_are_refused(string path, string reason) => Assert.That(
        Errors(new SandboxLimits { CgroupPath = path }).Single(),
        Has.Property("Member").EqualTo("Limits.CgroupPath").And.Property("Message").Contains(reason));

    [Test]
    public void A_cgroup_path_and_its_names_have_a_maximum_length()
    {
        string longest = string.Concat(Enumerable.Repeat("/0123456", 512))[..4095];
        string[] errors = [.. new[] { longest, $"{longest}7", $"/{new string('n', 255)}", $"/{new string('n', 256)}" }
            .SelectMany(path => Members(new SandboxLimits { CgroupPath = path }).Append("|"))];

        Assert.That(errors, Is.EqualTo(["|", "CgroupPath", "|", "|", "CgroupPath", "|"]));
    }

    [Test]
    public void A_cgroup_has_either_a_path_or_a_parent() => Assert.That(
        Errors(new SandboxLimits { CgroupPath = "/judge/box", ParentGroup = "/judge" }).Single(),
        Has.Property("Member").EqualTo("Limits.CgroupPath").And.Property("Message").Contains("ParentGroup"));

    [Test]
    public void A_list_of_devices_has_an_end()
    {
        DeviceRule[] rules = [.. Enumerable.Range(0, 1001).Select(
            minor => new DevicesByNumber(DeviceKind.Block, 8, minor))];

        Assert.That(
            (Members(new SandboxLimits { Devices = [.. rules] }),
                Members(new SandboxLimits { Devices = [.. rules[1..]] })),
            Is.EqualTo((new[] { "Devices" }, Array.Empty<string>())));
    }

    [Test]
    public void The_default_devices_and_none_are_fine() => Assert.That(
        (Members(new SandboxLimits { Devices = DefaultDevices.Rules }), Members(new SandboxLimits { Devices = [] }),
            Members(new SandboxLimits { Devices = default(ImmutableArray<DeviceRule>) })),
        Is.EqualTo((Array.Empty<string>(), Array.Empty<string>(), Array.Empty<string>())));

    [TestCase(null, 10)]
    [TestCase(0.5, 51)]
    [TestCase(0.5, -1)]
    public void A_burst_is_bounded_by_what_the_CPU_limit_leaves(double? cpu, int milliseconds) =>
        Assert.That(
            Members(new SandboxLimits { Cpu = cpu, CpuBurst = TimeSpan.FromMilliseconds(milliseconds) }),
            Is.EqualTo(new[] { "CpuBurst" }));

    private static string[] Members(SandboxLimits limits) =>
        [.. Errors(limits).Select(error => error.Member["Limits.".Length..])];

    private static ImmutableArray<SpecificationError> Errors(SandboxLimits limits) =>
        new SandboxSpecification { Limits = limits }.FindErrors();
}
