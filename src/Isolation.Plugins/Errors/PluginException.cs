namespace Isolation.Plugins;

/// <summary>The exception that is thrown when a call of a plug-in has no result.</summary>
/// <remarks>
/// A message can contain text from the plug-in; control characters in it are escaped (<see cref="UntrustedText"/>).
/// </remarks>
public class PluginException : Exception
{
    private const int MaximumLength = 8192;

    /// <summary>Initializes a new instance of the <see cref="PluginException"/> class.</summary>
    public PluginException()
    {
    }

    /// <summary>Initializes a new instance of the <see cref="PluginException"/> class with a message.</summary>
    public PluginException(string message)
        : this(message, null)
    {
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="PluginException"/> class with a message and an inner exception.
    /// </summary>
    public PluginException(string message, Exception? innerException)
        : base(UntrustedText.Escape(message, MaximumLength), innerException)
    {
    }
}
