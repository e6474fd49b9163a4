namespace Isolation.Plugins;

/// <summary>What a plug-in is doing.</summary>
public enum PluginState
{
    /// <summary>Not started yet, stopped, or disposed. Calls are refused.</summary>
    Stopped,

    /// <summary>Its process is being started. Calls wait.</summary>
    Starting,

    /// <summary>It takes calls.</summary>
    Ready,

    /// <summary>It ended, and is started again after a while. Calls wait.</summary>
    Waiting,

    /// <summary>
    /// It ended more often than its <see cref="PluginRestartPolicy"/> allows. Calls are refused until it is started
    /// again.
    /// </summary>
    Failed,
}
