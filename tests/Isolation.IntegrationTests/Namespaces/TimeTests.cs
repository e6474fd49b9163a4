using System.Globalization;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.NamespaceKinds;

public sealed class TimeTests
{
    private static readonly SandboxSpecification Specification =
        Guest.Specification() with { Namespaces = NamespaceSet.NewOnly(Namespaces.All) };

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task The_boot_time_is_moved()
    {
        SandboxSpecification moved = Specification with { TimeOffsets = new(TimeSpan.Zero, TimeSpan.FromDays(1000)) };

        double before = Uptime(await File.ReadAllTextAsync("/proc/uptime"));
        double inside = Uptime(await moved.OutputAsync("cat /proc/uptime"));
        double after = Uptime(await File.ReadAllTextAsync("/proc/uptime"));

        // The file has two decimals.
        double offset = TimeSpan.FromDays(1000).TotalSeconds;
        Assert.That(inside, Is.InRange(before + offset - 0.02, after + offset + 0.02));
    }

    [Test]
    public async Task The_monotonic_clock_is_moved()
    {
        Guest.RequirePython();
        SandboxSpecification moved = Specification with { TimeOffsets = new(TimeSpan.FromHours(5), TimeSpan.Zero) };
        SandboxCommand command = Guest.Python("import time; print(time.monotonic())");

        double before = double.Parse(await Specification.OutputAsync(command), CultureInfo.InvariantCulture);
        double inside = double.Parse(await moved.OutputAsync(command), CultureInfo.InvariantCulture);
        double after = double.Parse(await Specification.OutputAsync(command), CultureInfo.InvariantCulture);

        Assert.That(inside - TimeSpan.FromHours(5).TotalSeconds, Is.InRange(before, after));
    }

    [Test]
    public async Task An_offset_of_less_than_a_second_and_a_negative_one_are_exact()
    {
        SandboxSpecification moved = Specification
            with
        { TimeOffsets = new(TimeSpan.FromMilliseconds(-500), TimeSpan.FromMilliseconds(1250)) };

        string[] words = (await moved.OutputAsync("cat /proc/self/timens_offsets"))
            .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

        Assert.That(words, Is.EqualTo(new[] { "monotonic", "-1", "500000000", "boottime", "1", "250000000" }));
    }

    [Test]
    public async Task A_clock_that_would_be_negative_is_refused()
    {
        SandboxException refusal =
            await (Specification with { TimeOffsets = new(TimeSpan.FromDays(-10_000), TimeSpan.Zero) }).RefusalAsync();

        Assert.That(refusal.ErrorName, Is.EqualTo("ERANGE"));
    }

    private static double Uptime(string text) => double.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);
}
