namespace Isolation.Plugins;

/// <summary>What the host says first.</summary>
/// <param name="Protocol">The version of the protocol.</param>
/// <param name="Name">What the host calls the plug-in.</param>
/// <param name="MaximumMessageSize">The most bytes of a message that the host takes and sends.</param>
internal sealed record InitializeRequest(int Protocol, string Name, int MaximumMessageSize);
