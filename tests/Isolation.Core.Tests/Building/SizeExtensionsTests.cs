namespace Isolation.Core.Tests.Building;

public sealed class SizeExtensionsTests
{
    [Test]
    public void Sizes_are_binary()
    {
        Assert.That(3.KiB(), Is.EqualTo(3L << 10));
        Assert.That(64.MiB(), Is.EqualTo(64L << 20));
        Assert.That(4.GiB(), Is.EqualTo(4L << 30));
        Assert.That(5L.KiB() + 6L.MiB() + 7L.GiB(), Is.EqualTo((5L << 10) + (6L << 20) + (7L << 30)));
    }

    [Test]
    public void A_size_that_is_too_large_is_refused() =>
        Assert.That(() => (long.MaxValue / 2).KiB(), Throws.TypeOf<OverflowException>());
}
