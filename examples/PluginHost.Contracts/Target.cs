namespace PluginHost.Contracts;

/// <summary>
/// Represents the targets of the hostile plug-in. The application passes their locations to the plug-in.
/// </summary>
/// <param name="SecretFile">The path of a file of the application.</param>
/// <param name="Port">The TCP port on 127.0.0.1 that the application listens on.</param>
/// <param name="Socket">The name of the abstract socket that the application listens on.</param>
/// <param name="ProcessId">The process ID of the application.</param>
public sealed record Target(string SecretFile, int Port, string Socket, int ProcessId);
