using System.Collections.Immutable;

namespace Isolation.Core.Tests.Building;

public sealed class LimitsBuilderTests
{
    private static readonly DevicesByNumber Null = new(DeviceKind.Character, 1, 3);

    [Test]
    public void Devices_are_not_limited_unless_somebody_says_so() =>
        Assert.That(Build(limits => limits.Processes(3)).Devices, Is.Null);

    [Test]
    public void A_list_of_devices_replaces_the_one_before() =>
        Assert.That(
            Build(limits => limits.AllowDevice("/dev/kvm").Devices(Null)).Devices,
            Is.EqualTo(new DeviceRule[] { Null }));

    [Test]
    public void No_device_is_a_limit_too()
    {
        Assert.That(Build(limits => limits.Devices()).Devices, Is.Not.Null.And.Empty);
        Assert.That(
            Build(limits => limits.Devices(default(ImmutableArray<DeviceRule>)).AllowDevice(Null)).Devices,
            Is.EqualTo(new DeviceRule[] { Null }));
    }

    [Test]
    public void A_further_device_is_added_to_the_list_or_to_the_default_one()
    {
        DeviceByPath kvm = new("/dev/kvm", DeviceAccess.All);

        Assert.That(
            Build(limits => limits.Devices(Null).AllowDevice("/dev/kvm", DeviceAccess.All)).Devices,
            Is.EqualTo(new DeviceRule[] { Null, kvm }));
        Assert.That(Build(limits => limits.AllowDevice(kvm)).Devices, Is.EqualTo(DefaultDevices.Rules.Add(kvm)));
    }

    [Test]
    public void A_bad_rule_is_refused_as_soon_as_it_is_set() =>
        Assert.That(
            () => Build(limits => limits.AllowDevice("kvm")),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("Devices[9].Path"));

    [Test]
    public void A_cgroup_has_a_path_or_a_parent()
    {
        Assert.That(
            Build(limits => limits.AtCgroup("/judge/box")),
            Is.EqualTo(new SandboxLimits { CgroupPath = "/judge/box" }));
        Assert.That(
            () => Build(limits => limits.AtCgroup("/judge/box").UnderCgroup("/judge")),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("CgroupPath"));
    }

    private static SandboxLimits Build(Action<LimitsBuilder> build) =>
        new SandboxBuilder().WithLimits(build).Build().Limits!;
}
