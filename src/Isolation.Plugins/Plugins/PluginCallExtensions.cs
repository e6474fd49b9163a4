namespace Isolation.Plugins;

/// <summary>Further ways to call a plug-in.</summary>
public static class PluginCallExtensions
{
    /// <summary>Calls a method without a result, see <see cref="IPlugin{TContract}.CallAsync"/>.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <param name="plugin">The plug-in.</param>
    /// <param name="request">The call.</param>
    /// <param name="deadline">The longest time. Default: null, <see cref="PluginOptions.CallTimeout"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static Task CallAsync<TContract>(
        this IPlugin<TContract> plugin, Func<TContract, CancellationToken, Task> request, TimeSpan? deadline = null,
        CancellationToken cancellationToken = default)
        where TContract : class
    {
        ArgumentNullException.ThrowIfNull(plugin);
        ArgumentNullException.ThrowIfNull(request);
        return plugin.CallAsync<object?>(
            async (contract, token) =>
            {
                await request(contract, token).ConfigureAwait(false);
                return null;
            },
            deadline,
            cancellationToken);
    }
}
