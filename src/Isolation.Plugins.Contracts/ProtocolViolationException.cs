namespace Isolation.Plugins;

/// <summary>
/// The exception that is thrown when the other side violates the protocol. The message continues the phrase "It was
/// killed because it ".
/// </summary>
internal sealed class ProtocolViolationException(string message, Exception? inner = null) : Exception(message, inner);
