using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isolation;

/// <summary>Registers pools of ready sandboxes.</summary>
public static class SandboxPoolServiceCollectionExtensions
{
    /// <summary>
    /// Registers a <see cref="SandboxPool"/> under a key, of the provider that
    /// <c>services.AddIsolation().AddLinux()</c> registers. It is made, and begins to fill, when it is first asked for,
    /// and is drained when the container is disposed.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The key, and the pool's name: <c>[FromKeyedServices("judge")] SandboxPool pool</c>.</param>
    /// <param name="specification">What each sandbox is. Default: the profile of that name in the configuration, see
    /// <see cref="ISandboxProfiles"/>.</param>
    /// <param name="configure">Changes the options. Default: nothing.</param>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public static IServiceCollection AddSandboxPool(
        this IServiceCollection services, string name, SandboxSpecification? specification = null,
        Action<SandboxPoolOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        SandboxPoolOptions options = new() { Name = name };
        configure?.Invoke(options);
        options.Validate();
        return services.AddKeyedSingleton(name, (provider, _) => new SandboxPool(
            provider.GetRequiredService<ISandboxProvider>(),
            specification ?? provider.GetRequiredService<ISandboxProfiles>().GetSpecification(name),
            options,
            provider.GetService<ILogger<SandboxPool>>(),
            provider.GetService<IMeterFactory>(),
            provider.GetService<TimeProvider>()));
    }
}
