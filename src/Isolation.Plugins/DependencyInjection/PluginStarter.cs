using Microsoft.Extensions.Hosting;

namespace Isolation.Plugins;

/// <summary>Starts and stops plug-ins together with the application.</summary>
internal sealed class PluginStarter(IEnumerable<IPlugin> plugins) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (IPlugin plugin in plugins)
        {
            _ = StartAsync(plugin, cancellationToken);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(plugins.Select(plugin => plugin.StopAsync(cancellationToken)));

    private static async Task StartAsync(IPlugin plugin, CancellationToken cancellationToken)
    {
        try
        {
            await plugin.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is PluginUnavailableException or OperationCanceledException or ObjectDisposedException)
        {
            // Reported by the state and the log. The application continues without the plug-in.
        }
    }
}
