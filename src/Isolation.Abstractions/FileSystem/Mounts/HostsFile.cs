namespace Isolation;

/// <summary>
/// Creates a file that resolves <c>localhost</c> and the sandbox's own host name to the loopback interface, see
/// hosts(5).
/// </summary>
/// <param name="Target">The absolute path inside the sandbox.</param>
/// <remarks>
/// The host name is <see cref="SandboxSpecification.HostName"/>; without one, the file contains only <c>localhost</c>.
/// </remarks>
public sealed record HostsFile(string Target = "/etc/hosts") : MountEntry(Target);
