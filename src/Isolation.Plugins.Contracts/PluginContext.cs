using Microsoft.Extensions.Logging;
using StreamJsonRpc;

namespace Isolation.Plugins;

/// <summary>What a plug-in has of its host.</summary>
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
    /// Logs into the host's log. At most 1,000 messages wait to be sent, further ones are dropped; the host bounds
    /// their number and length as well.
    /// </summary>
    public ILoggerFactory LoggerFactory { get; }

    /// <summary>
    /// Canceled when the host has closed the channel. The plug-in is killed when it does not end soon.
    /// </summary>
    public CancellationToken Stopping { get; }

    /// <summary>
    /// The host's implementation of an interface, for call-backs. A method returns a <see cref="Task"/>,
    /// <see cref="Task{TResult}"/>, <see cref="ValueTask"/> or <see cref="ValueTask{TResult}"/> and may have a
    /// <see cref="CancellationToken"/> last; values only are passed. A call of what the host has not granted throws
    /// <see cref="RemoteMethodNotFoundException"/>, one that fails <see cref="RemoteInvocationException"/> without the
    /// host's details.
    /// </summary>
    /// <typeparam name="THost">An interface that the host grants.</typeparam>
    public THost GetHost<THost>()
        where THost : class =>
        _rpc.Attach<THost>(PluginProtocol.ProxyOptions(typeof(THost)));
}
