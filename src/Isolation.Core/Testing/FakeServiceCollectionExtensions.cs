using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Isolation;

/// <summary>Registers the fake in place of the provider of a platform.</summary>
public static class FakeServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="FakeSandboxProvider"/>, and makes it the one that sandboxes come from, also where a
    /// platform was registered before: <c>services.AddIsolation().AddFakeSandboxes()</c>.
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
