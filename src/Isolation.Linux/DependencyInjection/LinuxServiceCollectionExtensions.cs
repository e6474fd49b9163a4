using Isolation.Linux;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

// Beside IServiceCollection, so that services.AddIsolation().AddLinux() needs no other using.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the Linux provider with dependency injection.</summary>
public static class LinuxServiceCollectionExtensions
{
    /// <summary>
    /// Makes Linux the platform of <c>AddIsolation</c>: sandboxes come from a <see cref="LinuxSandboxProvider"/>, whose
    /// time limits run on the <see cref="TimeProvider"/> that is registered, or else on the system's. On other systems
    /// the registration succeeds, and asking for a sandbox throws <see cref="PlatformNotSupportedException"/>. A
    /// platform that is registered already stays.
    /// </summary>
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

    /// <summary>As without options, with what the provider may do to its host.</summary>
    public static IServiceCollection AddLinux(this IServiceCollection services, Action<LinuxSandboxOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        return services.AddLinux();
    }
}
