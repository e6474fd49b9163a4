namespace Isolation;

/// <summary>
/// How much of a <see cref="System.Diagnostics.ProcessStartInfo"/>'s environment a sandboxed command gets.
/// </summary>
public enum EnvironmentTransfer
{
    /// <summary>
    /// Only what differs from the environment of the host process: variables that were added, changed or removed, on
    /// top of <see cref="SandboxCommand.DefaultEnvironment"/>. The host's own variables, and the secrets that are often
    /// among them, stay outside.
    /// </summary>
    Changes,

    /// <summary>
    /// All of it, with the host's own variables, as a program has it that is started without a sandbox.
    /// </summary>
    Everything,
}
