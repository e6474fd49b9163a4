namespace Isolation;

/// <summary>How closely an <see cref="IsolationHealthCheck"/> looks.</summary>
public enum HealthCheckDepth
{
    /// <summary>
    /// A sandbox is made for real and removed, without running a program in it: what a command would fail with, the
    /// check fails with. Costs what <see cref="ISandboxProvider.CreateAsync"/> costs, usually a few milliseconds.
    /// </summary>
    Sandbox,

    /// <summary>
    /// Only <see cref="ISandboxProvider.Support"/> is read, which is found once and kept. Costs nothing after the first
    /// time, and sees nothing of what changes on the host while it runs.
    /// </summary>
    Support,
}
