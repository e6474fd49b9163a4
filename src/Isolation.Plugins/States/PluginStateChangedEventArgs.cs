namespace Isolation.Plugins;

/// <summary>Provides data for the <see cref="IPlugin.StateChanged"/> event.</summary>
/// <param name="previous">The previous state.</param>
/// <param name="current">The current state.</param>
/// <param name="failure">The last failure that ended the process; null if there was none.</param>
public sealed class PluginStateChangedEventArgs(
    PluginState previous, PluginState current, PluginFailure? failure) : EventArgs
{
    /// <summary>Gets the previous state.</summary>
    public PluginState Previous { get; } = previous;

    /// <summary>Gets the current state.</summary>
    public PluginState Current { get; } = current;

    /// <summary>Gets the last failure that ended the process; null if there was none.</summary>
    public PluginFailure? Failure { get; } = failure;
}
