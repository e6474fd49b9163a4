using Isolation.Linux.Cgroups.Devices;

namespace Isolation.Linux.Tests.Cgroups.Devices;

public sealed class DeviceLinesTests
{
    [Test]
    public void The_default_list() =>
        Assert.That(
            DeviceLines.Allow(DefaultDevices.Rules),
            Is.EqualTo(
            [
                "c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm",
            ]));

    [Test]
    public void Everything_is_both_kinds_and_never_the_letter_for_all() =>
        Assert.That(DeviceLines.Allow([new(DeviceKind.Any, null, null, DeviceAccess.All)]), Is.EqualTo(["c *:* rwm", "b *:* rwm"]));

    [TestCase(-1, 0)]
    [TestCase(DeviceRule.MaximumMajor + 1, 0)]
    [TestCase(0, DeviceRule.MaximumMinor + 1)]
    public void Numbers_that_no_device_has_are_refused(int major, int minor) =>
        Assert.That(() => new DeviceRule(DeviceKind.Block, major, minor, DeviceAccess.All), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_rule_without_access_is_refused() =>
        Assert.That(() => new DeviceRule(DeviceKind.Any, null, null, DeviceAccess.None), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
