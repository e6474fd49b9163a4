using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Isolation.Core.Tests.HealthChecks;

public sealed class AddHealthCheckTests
{
    [Test]
    public async Task It_checks_the_provider_of_the_application()
    {
        await using ServiceProvider services = Services().AddHealthChecks()
            .AddIsolation(tags: ["ready"]).Services.BuildServiceProvider();

        HealthReportEntry entry = (await CheckAsync(services)).Entries["isolation"];

        Assert.That(entry.Status, Is.EqualTo(HealthStatus.Healthy), entry.Description);
        Assert.That(entry.Tags, Is.EqualTo((string[])["ready"]));
        Assert.That(services.GetRequiredService<FakeSandboxProvider>().Sandboxes.Single().IsDisposed, Is.True);
    }

    [Test]
    public async Task A_profile_is_found_by_its_name()
    {
        await using ServiceProvider services = Services()
            .AddHealthChecks()
            .AddIsolation(options => options.Profile = "judge")
            .AddIsolation(options => options.Profile = "no-such", "other", HealthStatus.Degraded)
            .Services.BuildServiceProvider();

        HealthReport report = await CheckAsync(services);

        Assert.That(report.Entries["isolation"].Data["profile"], Is.EqualTo("judge"));
        Assert.That(
            services.GetRequiredService<FakeSandboxProvider>().Sandboxes.Single().Specification.Name,
            Is.EqualTo("judge"));
        Assert.That(report.Entries["other"].Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(
            report.Entries["other"].Description, Is.EqualTo(
                "A sandbox could not be created: There is no sandbox profile 'no-such'. Existing profiles: judge."));
    }

    [Test]
    public async Task All_checks_of_one_name_are_one_object()
    {
        IServiceCollection collection = Services().AddHealthChecks().AddIsolation().Services;
        await using ServiceProvider services = collection.BuildServiceProvider();
        await using AsyncServiceScope scope = services.CreateAsyncScope();

        Assert.That(
            scope.ServiceProvider.GetRequiredKeyedService<IsolationHealthCheck>("isolation"),
            Is.SameAs(services.GetRequiredKeyedService<IsolationHealthCheck>("isolation")));
    }

    [Test]
    public void A_error_is_told_when_it_is_registered() =>
        Assert.That(
            () =>
                new ServiceCollection().AddHealthChecks().AddIsolation(
                    options => options.Timeout = TimeSpan.FromSeconds(-1)),
            Throws.ArgumentException.With.Message.Contains("Timeout"));

    private static IServiceCollection Services() =>
        new ServiceCollection()
            .AddLogging()
            .AddIsolation(options => options.Profiles["judge"] = new SandboxProfileOptions())
            .AddFakeSandboxes();

    private static Task<HealthReport> CheckAsync(IServiceProvider services) =>
        services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
}
