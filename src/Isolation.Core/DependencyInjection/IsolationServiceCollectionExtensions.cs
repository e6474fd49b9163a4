using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Isolation;

/// <summary>Provides extension methods that register the library with dependency injection.</summary>
public static class IsolationServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="ISandboxProvider"/>, with telemetry and defaults, and <see cref="ISandboxProfiles"/>.
    /// </summary>
    /// <remarks>
    /// The package of a platform registers the provider that creates the sandboxes, as in
    /// <c>services.AddIsolation().AddLinux()</c>. Options are bound to the section <c>Isolation</c> of the
    /// application's configuration, if it has one, and are validated when the application starts.
    /// </remarks>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">A delegate that changes the options after binding. Default: no changes.</param>
    public static IServiceCollection AddIsolation(
        this IServiceCollection services, Action<IsolationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<IsolationOptions> options = services.AddOptions<IsolationOptions>().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IConfigureOptions<IsolationOptions>, ConfigureIsolationOptions>());
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<IsolationOptions>, IsolationOptionsValidator>());
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddSingleton<ISandboxProfiles, SandboxProfiles>();
        services.TryAddSingleton<ISandboxProvider>(CreateProvider);
        return services;
    }

    private static InstrumentedSandboxProvider CreateProvider(IServiceProvider services)
    {
        ISandboxProvider platform = services.GetKeyedService<ISandboxProvider>(SandboxProviderKeys.Platform)
            ?? throw new InvalidOperationException(
                "No sandbox provider is registered. Add the package of a platform and register it, "
                + "as in services.AddIsolation().AddLinux().");
        IsolationOptions options = services.GetRequiredService<IOptions<IsolationOptions>>().Value;
        return new InstrumentedSandboxProvider(
            platform,
            new CommandDefaults(options.DefaultWallTime, options.DefaultOutputLimit),
            services.GetService<ILogger<InstrumentedSandboxProvider>>(),
            services.GetService<IMeterFactory>(),
            services.GetService<TimeProvider>());
    }
}
