namespace Isolation.Plugins;

/// <summary>A call of a plug-in has no result.</summary>
public class PluginException : Exception
{
    /// <summary>Without details.</summary>
    public PluginException()
    {
    }

    /// <summary>With a message.</summary>
    public PluginException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what caused it.</summary>
    public PluginException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
