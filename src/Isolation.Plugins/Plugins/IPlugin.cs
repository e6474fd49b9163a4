namespace Isolation.Plugins;

/// <summary>
/// A program in a sandbox that answers calls. Safe for use from many threads at once. Disposing it stops it.
/// </summary>
public interface IPlugin : IAsyncDisposable
{
    /// <summary>What the host calls it.</summary>
    string Name { get; }

    /// <summary>What it is doing.</summary>
    PluginState State { get; }

    /// <summary>What ended its process last; null if nothing has.</summary>
    PluginFailure? LastFailure { get; }

    /// <summary>
    /// Its state has changed. Raised in order and one at a time, by a thread that holds no lock and that nothing of the
    /// plug-in waits for: a handler may do what it likes, and may be behind <see cref="State"/>. What a handler throws
    /// is logged.
    /// </summary>
    event EventHandler<PluginStateChangedEventArgs>? StateChanged;

    /// <summary>
    /// Starts it if it does not run, and waits until it is ready. Restarts of its policy count as part of the start.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the start.</param>
    /// <exception cref="PluginUnavailableException">It cannot be started.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Lets it end by closing its channel, kills it when it does not in <see cref="PluginOptions.StopGrace"/>, and
    /// waits for the end.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the stop.</param>
    Task StopAsync(CancellationToken cancellationToken = default);
}
