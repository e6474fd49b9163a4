namespace Isolation.Plugins;

/// <summary>Represents the first request of the application.</summary>
/// <param name="Protocol">The version of the protocol.</param>
/// <param name="Name">The name of the plug-in.</param>
/// <param name="MaximumMessageSize">
/// The maximum size of a message that the application sends and accepts, in bytes.
/// </param>
internal sealed record InitializeRequest(int Protocol, string Name, int MaximumMessageSize);
