namespace Isolation.Plugins;

/// <summary>
/// Represents a program in a sandbox that answers calls. All members are safe for concurrent use. Disposing the plug-in
/// stops it.
/// </summary>
public interface IPlugin : IAsyncDisposable
{
    /// <summary>Gets the name of the plug-in.</summary>
    string Name { get; }

    /// <summary>Gets the current state.</summary>
    PluginState State { get; }

    /// <summary>Gets the last failure that ended the process of the plug-in; null if there was none.</summary>
    PluginFailure? LastFailure { get; }

    /// <summary>Occurs when the state has changed.</summary>
    /// <remarks>
    /// Events are raised in order, one at a time, without holding a lock, and the plug-in does not wait for handlers.
    /// During an event, <see cref="State"/> may already have changed again. Exceptions thrown by handlers are logged.
    /// </remarks>
    event EventHandler<PluginStateChangedEventArgs>? StateChanged;

    /// <summary>
    /// Starts the plug-in unless it is running, and waits until it is ready. Restarts by its policy are part of the
    /// start.
    /// </summary>
    /// <param name="cancellationToken">A token that cancels the wait, but not the start.</param>
    /// <exception cref="PluginUnavailableException">The plug-in cannot be started.</exception>
    /// <exception cref="ObjectDisposedException">The plug-in was disposed.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Closes the channel so that the plug-in exits, kills it after <see cref="PluginOptions.StopGrace"/>, and waits
    /// for its end.
    /// </summary>
    /// <param name="cancellationToken">A token that cancels the wait, but not the stop.</param>
    Task StopAsync(CancellationToken cancellationToken = default);
}
