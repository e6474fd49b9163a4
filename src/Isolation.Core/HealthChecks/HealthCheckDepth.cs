namespace Isolation;

/// <summary>Specifies the depth of an <see cref="IsolationHealthCheck"/>.</summary>
public enum HealthCheckDepth
{
    /// <summary>
    /// The check creates and removes a sandbox without running a program in it, and fails for the same reasons as a
    /// command. It costs as much as <see cref="ISandboxProvider.CreateAsync"/>, usually a few milliseconds.
    /// </summary>
    Sandbox,

    /// <summary>
    /// The check only reads <see cref="ISandboxProvider.Support"/>, which is determined once and cached. It costs
    /// nothing after the first time, and does not detect later changes of the host.
    /// </summary>
    Support,
}
