namespace Isolation.Plugins;

/// <summary>
/// The other side does what no program does that speaks the protocol. The message goes on after "The plug-in ".
/// </summary>
internal sealed class ProtocolViolationException(string message, Exception? inner = null) : Exception(message, inner);
