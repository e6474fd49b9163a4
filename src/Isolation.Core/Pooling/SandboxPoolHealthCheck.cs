using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Isolation;

/// <summary>Checks whether a <see cref="SandboxPool"/> can provide sandboxes.</summary>
/// <remarks>
/// The result is healthy if the last attempt to create a sandbox succeeded, degraded while attempts fail, and the
/// failure status while the pool refuses callers. The check creates no sandbox. Registered by
/// <c>services.AddHealthChecks().AddSandboxPool("judge")</c>.
/// </remarks>
/// <param name="pool">The pool to check.</param>
public sealed class SandboxPoolHealthCheck(SandboxPool pool) : IHealthCheck
{
    /// <summary>Reads the status of the pool.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        SandboxPoolStatus status = pool.Status;
        Dictionary<string, object> data = new(StringComparer.Ordinal)
        {
            ["ready"] = status.Ready,
            ["leased"] = status.Leased,
            ["creating"] = status.Creating,
            ["removing"] = status.Removing,
            ["waiting"] = status.Waiting,
            ["failures"] = status.Failures,
        };
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{status.Ready} sandboxes of the pool '{pool.Name}' are ready, {status.Leased} leased; {status.Waiting} "
                + $"requests are waiting.");
        HealthStatus judgement = status.IsRefusing ? context.Registration?.FailureStatus ?? HealthStatus.Unhealthy
            : status.Failures > 0 ? HealthStatus.Degraded
            : HealthStatus.Healthy;
        return Task.FromResult(new HealthCheckResult(
            judgement, status.LastFailure is { } failure
                ? $"{text} The last attempt to create one failed: {failure.Message}"
                : text, status.LastFailure, data));
    }
}
