using System.Text.Json;
using StreamJsonRpc;

namespace Isolation.Plugins;

/// <summary>What both sides of a channel agree on; docs/plugins.md has it for programs of other languages.</summary>
internal static class PluginProtocol
{
    internal const int Version = 1;

    /// <summary>
    /// The variable that has the number of the channel's descriptor; that of the host's <c>CommandChannel</c>.
    /// </summary>
    internal const string ChannelVariable = "ISOLATION_CHANNEL";

    /// <summary>The host's first request; whoever answers it is ready.</summary>
    internal const string Initialize = "isolation.initialize";

    /// <summary>A notification of the plug-in: a line for the host's log.</summary>
    internal const string Log = "isolation.log";

    /// <summary>A notification of either side: it waits for an answer no longer.</summary>
    internal const string Cancel = "$/cancelRequest";

    internal const int DefaultMessageSize = 1 << 20;
    internal const int DefaultDepth = 64;

    internal static SystemTextJsonFormatter CreateFormatter() =>
        new() { JsonSerializerOptions = new JsonSerializerOptions(
            JsonSerializerDefaults.Web) { MaxDepth = DefaultDepth } };

    /// <summary>
    /// The method's name on the wire. With the interface in it, so that what is granted is granted interface by
    /// interface.
    /// </summary>
    internal static string NameOf(Type contract, string method) => $"{contract.Name}.{method}";

    internal static JsonRpcTargetOptions TargetOptions(Type contract) =>
        new() { MethodNameTransform = method => NameOf(contract, method) };

    internal static JsonRpcProxyOptions ProxyOptions(Type contract) =>
        new() { MethodNameTransform = method => NameOf(contract, method) };
}
