namespace Isolation.Plugins;

/// <summary>
/// The exception that is thrown when the plug-in is not running or ended before it answered. The plug-in may or may not
/// have executed the call.
/// </summary>
public sealed class PluginUnavailableException : PluginException
{
    /// <summary>Initializes a new instance of the <see cref="PluginUnavailableException"/> class.</summary>
    public PluginUnavailableException()
    {
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="PluginUnavailableException"/> class with a message.
    /// </summary>
    public PluginUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="PluginUnavailableException"/> class with a message and an inner
    /// exception.
    /// </summary>
    public PluginUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the failure that ended the plug-in; null if the plug-in was stopped or not started.</summary>
    public PluginFailure? Failure { get; init; }
}
