namespace Isolation.Plugins;

/// <summary>
/// The plug-in answered a call with an error. The message is its own: untrusted, escaped (<see cref="UntrustedText"/>),
/// and at most 4,096 characters.
/// </summary>
public sealed class PluginCallException : PluginException
{
    /// <summary>Without details.</summary>
    public PluginCallException()
    {
    }

    /// <summary>With a message.</summary>
    public PluginCallException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what caused it.</summary>
    public PluginCallException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The JSON-RPC error code, such as -32601 for a method that the plug-in does not have.</summary>
    public int ErrorCode { get; init; }
}
