using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Isolation;

/// <summary>Represents the options of an <see cref="IsolationHealthCheck"/>.</summary>
public sealed class IsolationHealthCheckOptions
{
    /// <summary>
    /// Gets or sets the name of the profile (<see cref="IsolationOptions.Profiles"/>) of the sandbox to create.
    /// Default: none, an empty root in new namespaces.
    /// </summary>
    public string? Profile { get; set; }

    /// <summary>
    /// Gets or sets the specification of the sandbox to create, instead of a <see cref="Profile"/>. Default: none.
    /// </summary>
    public SandboxSpecification? Specification { get; set; }

    /// <summary>Gets or sets the depth of the check. Default: <see cref="HealthCheckDepth.Sandbox"/>.</summary>
    public HealthCheckDepth Depth { get; set; }

    /// <summary>
    /// Gets or sets the maximum time for creating and removing the sandbox, more than zero and at most 49 days.
    /// Default: 10 seconds.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the status if the sandbox was created without features that are only preferred. Default:
    /// <see cref="HealthStatus.Degraded"/>. Use <see cref="HealthStatus.Healthy"/> for a specification that prefers
    /// features which many hosts do not have, such as <see cref="SandboxPresets.HostPrograms"/>.
    /// </summary>
    public HealthStatus NotAppliedStatus { get; set; } = HealthStatus.Degraded;

    /// <summary>
    /// Gets or sets the status if none of the limits of the sandbox is in force
    /// (<see cref="SandboxReport.HasNoLimits"/>). Default: <see cref="HealthStatus.Degraded"/>.
    /// </summary>
    public HealthStatus NoLimitsStatus { get; set; } = HealthStatus.Degraded;

    internal void Validate()
    {
        if (Timeout <= TimeSpan.Zero || Timeout.TotalMilliseconds >= uint.MaxValue)
        {
            throw new ArgumentException($"Timeout: Must be more than zero and at most 49 days, but is {Timeout}.");
        }

        if (Profile is not null && Specification is not null)
        {
            throw new ArgumentException(
                "Specification: Only one of Profile and Specification can be set.");
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

        if (!Enum.IsDefined(NoLimitsStatus))
        {
            throw new ArgumentException(
                $"NoLimitsStatus: Is {(int)NoLimitsStatus}, which {nameof(HealthStatus)} does not define.");
        }
    }
}
