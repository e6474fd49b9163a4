using Isolation.Linux.Cgroups.Devices;

namespace Isolation.Linux.Tests.Cgroups.Devices;

public sealed class DeviceLinesTests
{
    [Test]
    public void The_default_list() =>
        Assert.That(
            DeviceLines.Allow(DefaultDevices.Rules.Cast<DevicesByNumber>()),
            Is.EqualTo(
            [
                "c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm",
                "c 5:2 rwm", "c 136:* rwm",
            ]));

    [Test]
    public void Everything_is_both_kinds_and_never_the_letter_for_all() =>
        Assert.That(
            DeviceLines.Allow([new(DeviceKind.Any, null, null, DeviceAccess.All)]),
            Is.EqualTo(["c *:* rwm", "b *:* rwm"]));

    [Test]
    public void Rules_add_up() =>
        Assert.That(
            DeviceLines.Allow(
                [Character(1, 3, DeviceAccess.Read), Character(1, 3, DeviceAccess.Write),
                    Character(1, null, DeviceAccess.MakeNode)]),
            Is.EqualTo(["c 1:3 rwm", "c 1:* m"]));

    [Test]
    public void Overlapping_rules_both_apply() =>
        Assert.That(
            DeviceLines.Allow([Character(1, null, DeviceAccess.Read), Character(null, 3, DeviceAccess.Write)]),
            Is.EqualTo(["c 1:* r", "c *:3 w", "c 1:3 rw"]));

    [Test]
    public void Redundant_lines_are_left_out() =>
        Assert.That(DeviceLines.Allow([Character(1, 3, DeviceAccess.Read), Character(1, null, DeviceAccess.ReadWrite)]),
            Is.EqualTo(["c 1:* rw"]));

    private static DevicesByNumber Character(int? major, int? minor, DeviceAccess access) =>
        new(DeviceKind.Character, major, minor, access);
}
