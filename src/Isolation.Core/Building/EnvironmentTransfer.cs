namespace Isolation;

/// <summary>
/// Specifies which environment variables of a <see cref="System.Diagnostics.ProcessStartInfo"/> a sandboxed command
/// receives.
/// </summary>
public enum EnvironmentTransfer
{
    /// <summary>
    /// Only the variables that differ from the environment of the application: variables that were added, changed or
    /// removed, on top of <see cref="SandboxCommand.DefaultEnvironment"/>. The application's own variables, which often
    /// contain secrets, are not passed on.
    /// </summary>
    Changes,

    /// <summary>
    /// All variables, including the application's own, as for a program that is started without a sandbox.
    /// </summary>
    Everything,
}
