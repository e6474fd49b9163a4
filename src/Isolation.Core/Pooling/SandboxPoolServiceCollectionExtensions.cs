using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isolation;

/// <summary>Provides extension methods that register sandbox pools.</summary>
public static class SandboxPoolServiceCollectionExtensions
{
    /// <summary>
    /// Registers a <see cref="SandboxPool"/> under a key, using the provider that
    /// <c>services.AddIsolation().AddLinux()</c> registers.
    /// </summary>
    /// <remarks>
    /// The pool is created, and starts to fill, when it is first resolved, or when the application's host starts
    /// (<see cref="SandboxPoolOptions.FillsAtStart"/>). It is drained when the container is disposed.
    /// </remarks>
    /// <param name="services">The service collection.</param>
    /// <param name="name">The key and the name of the pool, as in <c>[FromKeyedServices("judge")] SandboxPool
    /// pool</c>.</param>
    /// <param name="specification">The specification of the sandboxes. Default: the profile of the same name in the
    /// configuration; see <see cref="ISandboxProfiles"/>.</param>
    /// <param name="configure">A delegate that changes the options. Default: no changes.</param>
    /// <exception cref="ArgumentException">The options are invalid.</exception>
    public static IServiceCollection AddSandboxPool(
        this IServiceCollection services, string name, SandboxSpecification? specification = null,
        Action<SandboxPoolOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        SandboxPoolOptions options = new() { Name = name };
        configure?.Invoke(options);
        options.Validate();
        if (options.FillsAtStart)
        {
            services.AddSingleton<IHostedService>(provider => new SandboxPoolStarter(provider, name));
        }

        return services.AddKeyedSingleton(name, (provider, _) => new SandboxPool(
            provider.GetRequiredService<ISandboxProvider>(),
            specification ?? provider.GetRequiredService<ISandboxProfiles>().GetSpecification(name),
            options,
            provider.GetService<ILogger<SandboxPool>>(),
            provider.GetService<IMeterFactory>(),
            provider.GetService<TimeProvider>()));
    }
}
