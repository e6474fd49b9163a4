namespace Isolation.Plugins;

/// <summary>Provides extension methods for calling plug-ins.</summary>
public static class PluginCallExtensions
{
    /// <summary>Calls a method without a result; see <see cref="IPlugin{TContract}.CallAsync"/>.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <param name="plugin">The plug-in.</param>
    /// <param name="request">A function that makes the call.</param>
    /// <param name="deadline">The maximum time. Default: null, <see cref="PluginOptions.CallTimeout"/>.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
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
