namespace Isolation.Abstractions.Tests.Validation;

/// <summary>The valid range of pressure thresholds.</summary>
public sealed class PressureThresholdTests
{
    [TestCase(1, 500)]
    [TestCase(10_000, 10_000)]
    public void Its_range_is_the_kernel_s(int stalled, int window)
    {
        PressureThreshold threshold = new(
            PressureResource.Memory, TimeSpan.FromMilliseconds(stalled), TimeSpan.FromMilliseconds(window),
            areAllStalled: true);

        Assert.That(
            (threshold.Stalled.TotalMilliseconds, threshold.Window.TotalMilliseconds, threshold.AreAllStalled),
            Is.EqualTo(((double)stalled, (double)window, true)));
    }

    [TestCase(100, 499, "window")]
    [TestCase(100, 10_001, "window")]
    [TestCase(0, 2000, "stalled")]
    [TestCase(-1, 2000, "stalled")]
    [TestCase(2001, 2000, "stalled")]
    public void A_value_outside_the_range_is_refused(int stalled, int window, string parameter) =>
        Assert.That(
            () =>
                new PressureThreshold(
                    PressureResource.Cpu, TimeSpan.FromMilliseconds(stalled), TimeSpan.FromMilliseconds(window)),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(parameter));

    [Test]
    public void A_resource_that_there_is_not_is_told() =>
        Assert.That(
            () => new PressureThreshold((PressureResource)9, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
}
