using System.Text.Json;
using StreamJsonRpc;

namespace Isolation.Plugins;

/// <summary>
/// Defines the protocol of the channel; docs/plugins.md describes it for programs in other languages.
/// </summary>
internal static class PluginProtocol
{
    internal const int Version = 1;

    /// <summary>
    /// The environment variable that contains the number of the channel's descriptor; the same as in
    /// <c>CommandChannel</c>.
    /// </summary>
    internal const string ChannelVariable = "ISOLATION_CHANNEL";

    /// <summary>The application's first request; a plug-in that answers it is ready.</summary>
    internal const string Initialize = "isolation.initialize";

    /// <summary>A notification from the plug-in with a line for the application's log.</summary>
    internal const string Log = "isolation.log";

    /// <summary>A notification from either side that it no longer waits for an answer.</summary>
    internal const string Cancel = "$/cancelRequest";

    internal const int DefaultMessageSize = 1 << 20;
    internal const int DefaultDepth = 64;

    internal static SystemTextJsonFormatter CreateFormatter() =>
        new()
        {
            JsonSerializerOptions = new JsonSerializerOptions(
            JsonSerializerDefaults.Web)
            { MaxDepth = DefaultDepth }
        };

    /// <summary>
    /// Returns the name of a method on the wire. It contains the interface, so that each interface is granted
    /// separately.
    /// </summary>
    internal static string NameOf(Type contract, string method) => $"{contract.Name}.{method}";

    internal static JsonRpcTargetOptions TargetOptions(Type contract) =>
        new() { MethodNameTransform = method => NameOf(contract, method) };

    internal static JsonRpcProxyOptions ProxyOptions(Type contract) =>
        new() { MethodNameTransform = method => NameOf(contract, method) };
}
