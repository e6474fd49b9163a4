using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Isolation;

/// <summary>
/// Tells whether a <see cref="SandboxPool"/> can give sandboxes: healthy while the last attempt to make one succeeded,
/// degraded while attempts fail, and the status of a failure while it refuses those who come. Makes no sandbox.
/// Registered with <c>services.AddHealthChecks().AddSandboxPool("judge")</c>.
/// </summary>
/// <param name="pool">The pool.</param>
public sealed class SandboxPoolHealthCheck(SandboxPool pool) : IHealthCheck
{
    /// <summary>Reads what the pool has.</summary>
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
                + $"requests wait.");
        HealthStatus judgement = status.IsRefusing ? context.Registration?.FailureStatus ?? HealthStatus.Unhealthy
            : status.Failures > 0 ? HealthStatus.Degraded
            : HealthStatus.Healthy;
        return Task.FromResult(new HealthCheckResult(
            judgement, status.LastFailure is { } failure
                ? $"{text} The last attempt to make one failed: {failure.Message}"
                : text, status.LastFailure, data));
    }
}
