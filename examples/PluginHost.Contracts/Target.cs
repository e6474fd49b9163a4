namespace PluginHost.Contracts;

/// <summary>What the hostile plug-in is after. The application tells it where everything is.</summary>
/// <param name="SecretFile">A file of the application.</param>
/// <param name="Port">A TCP port of 127.0.0.1 that the application listens on.</param>
/// <param name="Socket">The name of an abstract socket that the application listens on.</param>
/// <param name="ProcessId">The application's process.</param>
public sealed record Target(string SecretFile, int Port, string Socket, int ProcessId);
