namespace Isolation.Plugins;

/// <summary>
/// The plug-in does not run, or ended before it answered. Whether it did what it was asked to is not known.
/// </summary>
public sealed class PluginUnavailableException : PluginException
{
    /// <summary>Without details.</summary>
    public PluginUnavailableException()
    {
    }

    /// <summary>With a message.</summary>
    public PluginUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what caused it.</summary>
    public PluginUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What ended the plug-in; null if it was stopped or not started.</summary>
    public PluginFailure? Failure { get; init; }
}
