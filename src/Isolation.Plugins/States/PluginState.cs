namespace Isolation.Plugins;

/// <summary>Specifies the state of a plug-in.</summary>
public enum PluginState
{
    /// <summary>Not started yet, stopped, or disposed. Calls fail.</summary>
    Stopped,

    /// <summary>The process is starting. Calls wait.</summary>
    Starting,

    /// <summary>The plug-in accepts calls.</summary>
    Ready,

    /// <summary>The process ended and will be restarted after a delay. Calls wait.</summary>
    Waiting,

    /// <summary>
    /// The process ended more often than the <see cref="PluginRestartPolicy"/> allows. Calls fail until the plug-in is
    /// started again.
    /// </summary>
    Failed,
}
