namespace Isolation.Plugins;

/// <summary>A call of a plug-in has no result.</summary>
/// <remarks>
/// A message can contain words of the plug-in: control characters in it are escaped (<see cref="UntrustedText"/>).
/// </remarks>
public class PluginException : Exception
{
    private const int MaximumLength = 8192;

    /// <summary>Without details.</summary>
    public PluginException()
    {
    }

    /// <summary>With a message.</summary>
    public PluginException(string message)
        : this(message, null)
    {
    }

    /// <summary>With a message and what caused it.</summary>
    public PluginException(string message, Exception? innerException)
        : base(UntrustedText.Escape(message, MaximumLength), innerException)
    {
    }
}
