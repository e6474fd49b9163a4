using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Isolation.Testing;

/// <summary>Provides extension methods that register the fake provider.</summary>
public static class FakeServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="FakeSandboxProvider"/> as the provider of sandboxes, replacing any platform that was
    /// registered before: <c>services.AddIsolation().AddFakeSandboxes()</c>.
    /// </summary>
    public static IServiceCollection AddFakeSandboxes(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => new FakeSandboxProvider(provider.GetService<TimeProvider>()));
        services.RemoveAllKeyed<ISandboxProvider>(SandboxProviderKeys.Platform);
        return services.AddKeyedSingleton<ISandboxProvider>(
            SandboxProviderKeys.Platform, (provider, _) => provider.GetRequiredService<FakeSandboxProvider>());
    }
}
