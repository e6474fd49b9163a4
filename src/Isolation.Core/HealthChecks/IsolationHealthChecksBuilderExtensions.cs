using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Isolation;

/// <summary>Registers the health check.</summary>
public static class IsolationHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds an <see cref="IsolationHealthCheck"/> of the <see cref="ISandboxProvider"/> that is registered, such as by
    /// <c>services.AddIsolation().AddLinux()</c>. Its sandboxes are in the log, the traces and the metrics like any
    /// other.
    /// </summary>
    /// <param name="builder">The health checks, as <c>services.AddHealthChecks()</c> gives them.</param>
    /// <param name="configure">Changes what is tried and how it is judged. Default: nothing.</param>
    /// <param name="name">The name of the check, unlike that of any other. Default: <c>isolation</c>.</param>
    /// <param name="failureStatus">The status where no sandbox can be had. Default:
    /// <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">Tags by which endpoints choose their checks. Default: none.</param>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
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

        // One object for all checks of this name, for it lets them run one after the other.
        builder.Services.AddKeyedSingleton(name, (services, _) => new IsolationHealthCheck(
            services.GetRequiredService<ISandboxProvider>(), options, services.GetService<ISandboxProfiles>(),
            services.GetService<TimeProvider>()));
        return builder.Add(new HealthCheckRegistration(
            name, services => services.GetRequiredKeyedService<IsolationHealthCheck>(name), failureStatus, tags));
    }

    /// <summary>Adds a <see cref="SandboxPoolHealthCheck"/> of a pool that is registered.</summary>
    /// <param name="builder">The health checks, as <c>services.AddHealthChecks()</c> gives them.</param>
    /// <param name="name">The pool's key.</param>
    /// <param name="failureStatus">The status where the pool refuses. Default:
    /// <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">Tags by which endpoints choose their checks. Default: none.</param>
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
