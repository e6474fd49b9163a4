using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isolation.Plugins;

/// <summary>Provides extension methods that register plug-ins with dependency injection.</summary>
public static class PluginServiceCollectionExtensions
{
    /// <summary>
    /// Registers a plug-in as <see cref="IPlugin{TContract}"/>, as a keyed service under its name, and as one of all
    /// <see cref="IPlugin"/> services. The application starts the plug-in at startup, without waiting for it, and stops
    /// it at shutdown. Sandboxes come from <c>AddIsolation().AddLinux()</c>.
    /// </summary>
    /// <typeparam name="TContract">The interface that the plug-in implements.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The name of the plug-in.</param>
    /// <param name="configure">A delegate that configures the plug-in.</param>
    public static IServiceCollection AddPlugin<TContract>(
        this IServiceCollection services, string name, Action<PluginOptions> configure)
        where TContract : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddKeyedSingleton<IPlugin<TContract>>(name, (provider, _) =>
        {
            PluginOptions options = new();
            configure(options);
            return new Plugin<TContract>(
                name, provider.GetRequiredService<ISandboxProvider>(), options, provider.GetService<ILoggerFactory>(),
                provider.GetService<TimeProvider>(), provider);
        });
        services.AddSingleton(provider => provider.GetRequiredKeyedService<IPlugin<TContract>>(name));
        services.AddSingleton<IPlugin>(provider => provider.GetRequiredKeyedService<IPlugin<TContract>>(name));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PluginStarter>());
        return services;
    }
}
