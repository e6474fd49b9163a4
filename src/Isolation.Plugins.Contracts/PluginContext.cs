using Microsoft.Extensions.Logging;
using StreamJsonRpc;

namespace Isolation.Plugins;

/// <summary>Provides a plug-in with access to the application that hosts it.</summary>
public sealed class PluginContext
{
    private readonly JsonRpc _rpc;

    internal PluginContext(JsonRpc rpc, ILoggerFactory loggerFactory, CancellationToken stopping)
    {
        _rpc = rpc;
        LoggerFactory = loggerFactory;
        Stopping = stopping;
    }

    /// <summary>
    /// Gets a factory of loggers that write to the application's log. At most 1,000 messages wait to be sent; further
    /// messages are dropped. The application also limits the number and length of messages.
    /// </summary>
    public ILoggerFactory LoggerFactory { get; }

    /// <summary>
    /// Gets a token that is canceled when the application has closed the channel. The plug-in is killed if it does not
    /// exit soon.
    /// </summary>
    public CancellationToken Stopping { get; }

    /// <summary>Gets a proxy of an interface that the application implements, for callbacks.</summary>
    /// <remarks>
    /// Methods return a <see cref="Task"/>, <see cref="Task{TResult}"/>, <see cref="ValueTask"/> or
    /// <see cref="ValueTask{TResult}"/>, may have a <see cref="CancellationToken"/> as the last parameter, and can pass
    /// values only. A call that the application has not granted throws a <see cref="RemoteMethodNotFoundException"/>. A
    /// call that fails throws a <see cref="RemoteInvocationException"/> without details of the application.
    /// </remarks>
    /// <typeparam name="THost">An interface that the application grants.</typeparam>
    public THost GetHost<THost>()
        where THost : class =>
        _rpc.Attach<THost>(PluginProtocol.ProxyOptions(typeof(THost)));
}
