using Isolation.Linux;
using Microsoft.Extensions.DependencyInjection;

namespace Isolation.IntegrationTests.Probing;

/// <summary>The provider, asked for through dependency injection.</summary>
public sealed class AddLinuxTests
{
    [Test]
    public void The_provider_is_the_platform_of_the_application()
    {
        using ServiceProvider services = new ServiceCollection().AddIsolation().AddLinux().BuildServiceProvider();

        Assert.Multiple(() =>
        {
            Assert.That(services.GetRequiredService<ISandboxProvider>().Name, Is.EqualTo("linux"));
            Assert.That(
                services.GetRequiredKeyedService<ISandboxProvider>(SandboxProviderKeys.Platform),
                Is.SameAs(services.GetRequiredService<LinuxSandboxProvider>()));
            Assert.That(
                services.GetRequiredService<ISandboxProvider>().Support[IsolationFeature.Platform].IsSupported,
                Is.True);
        });
    }

    [Test]
    public void Registering_it_twice_changes_nothing()
    {
        ServiceCollection services = new();
        services.AddLinux();
        int count = services.Count;
        services.AddLinux();

        Assert.That(services, Has.Count.EqualTo(count));
    }
}
