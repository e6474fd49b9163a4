using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Isolation;

/// <summary>What an <see cref="IsolationHealthCheck"/> tries, and how it judges.</summary>
public sealed class IsolationHealthCheckOptions
{
    /// <summary>
    /// The name of the profile (<see cref="IsolationOptions.Profiles"/>) of the sandbox that is made. Default: none, an
    /// empty root in new namespaces.
    /// </summary>
    public string? Profile { get; set; }

    /// <summary>What the sandbox is made from, in place of a <see cref="Profile"/>. Default: none.</summary>
    public SandboxSpecification? Specification { get; set; }

    /// <summary>How closely the check looks. Default: <see cref="HealthCheckDepth.Sandbox"/>.</summary>
    public HealthCheckDepth Depth { get; set; }

    /// <summary>
    /// The longest that the sandbox may take to come up and to go, more than zero, up to 49 days. Default: 10 seconds.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The status where the sandbox comes up, but without something that is preferred only. Default:
    /// <see cref="HealthStatus.Degraded"/>. A specification that names what many hosts do not have, as
    /// <see cref="SandboxPresets.HostPrograms"/> does, calls for <see cref="HealthStatus.Healthy"/>.
    /// </summary>
    public HealthStatus NotAppliedStatus { get; set; } = HealthStatus.Degraded;

    internal void Validate()
    {
        if (Timeout <= TimeSpan.Zero || Timeout.TotalMilliseconds >= uint.MaxValue)
        {
            throw new ArgumentException($"Timeout: Must be more than zero and at most 49 days, but is {Timeout}.");
        }

        if (Profile is not null && Specification is not null)
        {
            throw new ArgumentException(
                "Specification: Only one of Profile and Specification can say what the sandbox is made from.");
        }

        if (!Enum.IsDefined(Depth))
        {
            throw new ArgumentException($"Depth: Is {(int)Depth}, which {nameof(HealthCheckDepth)} does not define.");
        }

        if (!Enum.IsDefined(NotAppliedStatus))
        {
            throw new ArgumentException(
                $"NotAppliedStatus: Is {(int)NotAppliedStatus}, which {nameof(HealthStatus)} does not define.");
        }
    }
}
