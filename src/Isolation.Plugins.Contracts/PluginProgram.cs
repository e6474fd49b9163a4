using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using StreamJsonRpc;

namespace Isolation.Plugins;

/// <summary>Provides the entry point of a plug-in that is a .NET program.</summary>
public static class PluginProgram
{
    /// <summary>
    /// Serves the application until it closes the channel: <c>return await
    /// PluginProgram.RunAsync&lt;IGreeter&gt;(context => new Greeter());</c>. Calls start in order and run concurrently
    /// unless they block.
    /// </summary>
    /// <typeparam name="TContract">
    /// The interface that the application calls. Its methods return tasks, and have values as parameters and results.
    /// </typeparam>
    /// <param name="create">A function that creates the implementation.</param>
    /// <returns>
    /// The exit code of the program: 0 if the application closed the channel, 1 if the channel failed.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// There is no channel, because the program was not started as a plug-in.
    /// </exception>
    public static Task<int> RunAsync<TContract>(Func<PluginContext, TContract> create)
        where TContract : class
    {
        ArgumentNullException.ThrowIfNull(create);
        return RunAsync(OpenChannel(), create);
    }

    internal static async Task<int> RunAsync<TContract>(Stream channel, Func<PluginContext, TContract> create)
        where TContract : class
    {
        FramedMessageHandler handler = new(
            channel, PluginProtocol.CreateFormatter(), PluginProtocol.DefaultMessageSize);
        using JsonRpc rpc = new(handler) { CancelLocallyInvokedMethodsWhenConnectionIsClosed = true };
        LogSender logs = new(entry => rpc.NotifyAsync(PluginProtocol.Log, entry));
        await using ConfiguredAsyncDisposable logging = logs.ConfigureAwait(false);
        using CancellationTokenSource stopping = new();
        TContract implementation = create(new PluginContext(rpc, logs, stopping.Token));
        rpc.AddLocalRpcTarget(implementation, PluginProtocol.TargetOptions(typeof(TContract)));
        rpc.AddLocalRpcMethod(PluginProtocol.Initialize, (InitializeRequest request) =>
        {
            handler.MaximumIncomingSize = handler.MaximumOutgoingSize = request.MaximumMessageSize;
            return PluginProtocol.Version;
        });
        rpc.StartListening();
        try
        {
            await rpc.Completion.ConfigureAwait(false);
            return 0;
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync($"The channel to the application failed: {exception.Message}")
                .ConfigureAwait(false);
            return 1;
        }
        finally
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            await DisposeAsync(implementation).ConfigureAwait(false);
        }
    }

    private static NetworkStream OpenChannel()
    {
        string? number = Environment.GetEnvironmentVariable(PluginProtocol.ChannelVariable);
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor)
            ? new NetworkStream(new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)), ownsSocket: true)
            : throw new InvalidOperationException(
                $"This program is a plug-in and cannot run on its own: {PluginProtocol.ChannelVariable} is not set. "
                    + $"Start it from the application that hosts it.");
    }

    private static async ValueTask DisposeAsync(object implementation)
    {
        switch (implementation)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync().ConfigureAwait(false);
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }
}
