using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isolation.Plugins;

/// <summary>Registers plug-ins with dependency injection.</summary>
public static class PluginServiceCollectionExtensions
{
    /// <summary>
    /// Registers a plug-in as <see cref="IPlugin{TContract}"/>, also by its name as a keyed service, and among all
    /// <see cref="IPlugin"/>. It is started when the application starts, which does not wait for it, and stopped with
    /// it. Sandboxes come from <c>AddIsolation().AddLinux()</c>.
    /// </summary>
    /// <typeparam name="TContract">The interface that it implements.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">What the application calls it.</param>
    /// <param name="configure">Says how it is run.</param>
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
