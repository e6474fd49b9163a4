namespace Isolation.Plugins;

/// <summary>
/// The exception that is thrown when the plug-in answers a call with an error. The message comes from the plug-in: it
/// is untrusted, escaped (<see cref="UntrustedText"/>), and at most 4,096 characters long.
/// </summary>
public sealed class PluginCallException : PluginException
{
    /// <summary>Initializes a new instance of the <see cref="PluginCallException"/> class.</summary>
    public PluginCallException()
    {
    }

    /// <summary>Initializes a new instance of the <see cref="PluginCallException"/> class with a message.</summary>
    public PluginCallException(string message)
        : base(message)
    {
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="PluginCallException"/> class with a message and an inner exception.
    /// </summary>
    public PluginCallException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the JSON-RPC error code, such as -32601 for a method that the plug-in does not have.</summary>
    public int ErrorCode { get; init; }
}
