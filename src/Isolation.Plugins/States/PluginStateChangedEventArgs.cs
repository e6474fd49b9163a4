namespace Isolation.Plugins;

/// <summary>That a plug-in's state has changed.</summary>
/// <param name="previous">The state before.</param>
/// <param name="current">The state now.</param>
/// <param name="failure">What ended its process; null where nothing has.</param>
public sealed class PluginStateChangedEventArgs(
    PluginState previous, PluginState current, PluginFailure? failure) : EventArgs
{
    /// <summary>The state before.</summary>
    public PluginState Previous { get; } = previous;

    /// <summary>The state now.</summary>
    public PluginState Current { get; } = current;

    /// <summary>What ended its process; null where nothing has.</summary>
    public PluginFailure? Failure { get; } = failure;
}
