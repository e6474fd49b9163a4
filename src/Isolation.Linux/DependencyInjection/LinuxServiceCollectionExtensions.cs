using Isolation.Linux;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

// The namespace of IServiceCollection, so that services.AddIsolation().AddLinux() needs no other using.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Provides extension methods that register the Linux provider with dependency injection.</summary>
public static class LinuxServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="LinuxSandboxProvider"/> as the platform provider used by <c>AddIsolation</c>.
    /// </summary>
    /// <remarks>
    /// Time limits use the registered <see cref="TimeProvider"/>, or the system clock if none is registered. On other
    /// operating systems the registration succeeds, and creating a sandbox throws
    /// <see cref="PlatformNotSupportedException"/>. A platform provider that is already registered is kept.
    /// </remarks>
    public static IServiceCollection AddLinux(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions();
        services.TryAddSingleton(provider => new LinuxSandboxProvider(
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<IOptions<LinuxSandboxOptions>>().Value));
        services.TryAddKeyedSingleton<Isolation.ISandboxProvider>(
            Isolation.SandboxProviderKeys.Platform,
            (provider, _) => provider.GetRequiredService<LinuxSandboxProvider>());
        return services;
    }

    /// <summary>
    /// Registers <see cref="LinuxSandboxProvider"/> as the platform provider used by <c>AddIsolation</c>, and
    /// configures what it may change on the host.
    /// </summary>
    public static IServiceCollection AddLinux(this IServiceCollection services, Action<LinuxSandboxOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        return services.AddLinux();
    }
}
