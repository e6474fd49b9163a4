namespace Isolation.Plugins;

/// <summary>
/// Represents the spare processes of a plug-in, which are started in advance. The type is not thread-safe.
/// </summary>
internal sealed class PluginSpares<TContract>(PluginSetup setup)
    where TContract : class
{
    private readonly Queue<Task<PluginProcess<TContract>>> _spares = new();

    /// <summary>Gets a value indicating whether a spare is starting or running.</summary>
    internal bool MayBeUsable => _spares.Any(IsUsable);

    /// <summary>Starts the missing spares on other threads.</summary>
    internal void Fill(CancellationToken stop)
    {
        while (_spares.Count < setup.Spares)
        {
            _spares.Enqueue(Task.Run(() => PluginProcess<TContract>.StartAsync(setup, stop), CancellationToken.None));
        }
    }

    /// <summary>Takes the first spare that is running, and waits for spares that are starting.</summary>
    /// <returns>The process, or <see langword="null"/> if there is none.</returns>
    internal async Task<PluginProcess<TContract>?> TakeAsync()
    {
        while (_spares.TryDequeue(out Task<PluginProcess<TContract>>? spare))
        {
            if (await TryGetAsync(spare).ConfigureAwait(false) is { } process)
            {
                if (!process.Ended.IsCompleted)
                {
                    return process;
                }

                setup.Logger.PluginSpareFailed(setup.Name, (await process.Ended.ConfigureAwait(false)).Message);
                await process.DisposeAsync().ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>Stops all spares.</summary>
    internal async Task StopAsync()
    {
        await Task.WhenAll(_spares.Select(StopSpareAsync)).ConfigureAwait(false);
        _spares.Clear();
    }

    private static bool IsUsable(Task<PluginProcess<TContract>> spare) =>
        !spare.IsCompleted || (spare.IsCompletedSuccessfully && !spare.Result.Ended.IsCompleted);

    private async Task StopSpareAsync(Task<PluginProcess<TContract>> spare)
    {
        if (await TryGetAsync(spare).ConfigureAwait(false) is { } unused)
        {
            await unused.StopAsync().ConfigureAwait(false);
        }
    }

    private async Task<PluginProcess<TContract>?> TryGetAsync(Task<PluginProcess<TContract>> spare)
    {
        try
        {
            return await spare.ConfigureAwait(false);
        }
        catch (PluginUnavailableException exception)
        {
            setup.Logger.PluginSpareFailed(setup.Name, exception.Message);
        }
        catch (OperationCanceledException)
        {
            // The plug-in was stopped while the spare was starting.
        }

        return null;
    }
}
