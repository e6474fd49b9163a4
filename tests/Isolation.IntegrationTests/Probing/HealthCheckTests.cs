using Isolation.IntegrationTests.Robustness;
using Isolation.IntegrationTests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Isolation.IntegrationTests.Probing;

/// <summary>The health check of a host that makes sandboxes for real.</summary>
public sealed class HealthCheckTests
{
    private const string Missing = "/no/such/directory";

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_sandbox_comes_up_and_leaves_nothing()
    {
        // Whatever a host makes once is made here.
        await CheckAsync(_ => { });
        HostState before = HostState.Capture();

        for (int i = 0; i < 10; i++)
        {
            HealthReportEntry entry = await CheckAsync(_ => { });

            Assert.That(entry.Status, Is.EqualTo(HealthStatus.Healthy), entry.Description);
            Assert.That(entry.Data["provider"], Is.EqualTo("linux"));
            Assert.That(entry.Data["createDuration"], Is.GreaterThan(TimeSpan.Zero));
        }

        HostState.Capture().HasNothingMoreThan(before, furtherMappings: 200);
    }

    [Test]
    public async Task A_missing_directory_makes_the_check_unhealthy()
    {
        HealthReportEntry entry = await CheckAsync(
            options => options.Specification = With(new BindMount(Missing, "/data")));

        Assert.That(entry.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(
            entry.Description, Does.StartWith($"A sandbox could not be created: Cannot open {Missing}: ENOENT"));
        Assert.That(
            (entry.Data["error"], entry.Data["stage"]), Is.EqualTo(((object)"ENOENT", (object)$"open {Missing}")));
    }

    [Test]
    public async Task A_missing_preferred_directory_degrades_the_check()
    {
        BindMount preferred = new(Missing, "/data") { Requirement = Requirement.Prefer };

        HealthReportEntry entry = await CheckAsync(options => options.Specification = With(preferred));

        Assert.That(entry.Status, Is.EqualTo(HealthStatus.Degraded), entry.Description);
        Assert.That(((string[])entry.Data["notApplied"]).Single(), Does.StartWith($"mount {Missing} on /data: "));
    }

    [Test]
    public async Task The_support_check_is_healthy_on_a_supported_host()
    {
        HealthReportEntry entry = await CheckAsync(options => options.Depth = HealthCheckDepth.Support);

        Assert.That(entry.Status, Is.EqualTo(HealthStatus.Healthy), entry.Description);
    }

    private static SandboxSpecification With(MountEntry entry) => Guest.Specification(entry);

    private static async Task<HealthReportEntry> CheckAsync(Action<IsolationHealthCheckOptions> configure)
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddIsolation()
            .AddLinux()
            .AddHealthChecks()
            .AddIsolation(options =>
            {
                options.Timeout = Guest.Patience;
                configure(options);
            })
            .Services.BuildServiceProvider();
        HealthReport report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return report.Entries["isolation"];
    }
}
