using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Isolation;

/// <summary>Provides extension methods that register the health checks.</summary>
public static class IsolationHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds an <see cref="IsolationHealthCheck"/> of the registered <see cref="ISandboxProvider"/>, for example that of
    /// <c>services.AddIsolation().AddLinux()</c>. Its sandboxes appear in logs, traces and metrics like any other.
    /// </summary>
    /// <param name="builder">The health checks builder, as returned by <c>services.AddHealthChecks()</c>.</param>
    /// <param name="configure">A delegate that changes the options. Default: no changes.</param>
    /// <param name="name">The unique name of the check. Default: <c>isolation</c>.</param>
    /// <param name="failureStatus">The status if a sandbox cannot be created. Default:
    /// <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The tags by which endpoints select their checks. Default: none.</param>
    /// <exception cref="ArgumentException">The options are invalid.</exception>
    public static IHealthChecksBuilder AddIsolation(
        this IHealthChecksBuilder builder,
        Action<IsolationHealthCheckOptions>? configure = null,
        string name = "isolation",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        IsolationHealthCheckOptions options = new();
        configure?.Invoke(options);
        options.Validate();

        // Share one object among all checks of this name, because it makes them run one after the other.
        builder.Services.AddKeyedSingleton(name, (services, _) => new IsolationHealthCheck(
            services.GetRequiredService<ISandboxProvider>(), options, services.GetService<ISandboxProfiles>(),
            services.GetService<TimeProvider>()));
        return builder.Add(new HealthCheckRegistration(
            name, services => services.GetRequiredKeyedService<IsolationHealthCheck>(name), failureStatus, tags));
    }

    /// <summary>Adds a <see cref="SandboxPoolHealthCheck"/> of a registered pool.</summary>
    /// <param name="builder">The health checks builder, as returned by <c>services.AddHealthChecks()</c>.</param>
    /// <param name="name">The key of the pool.</param>
    /// <param name="failureStatus">The status if the pool refuses callers. Default:
    /// <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The tags by which endpoints select their checks. Default: none.</param>
    public static IHealthChecksBuilder AddSandboxPool(
        this IHealthChecksBuilder builder, string name, HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(new HealthCheckRegistration(
            $"pool-{name}", services => new SandboxPoolHealthCheck(services.GetRequiredKeyedService<SandboxPool>(name)),
            failureStatus, tags));
    }
}
