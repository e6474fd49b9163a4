using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Isolation.Plugins;

/// <summary>
/// Represents the application's end of the channel. Failures in the application are not disclosed: the plug-in learns
/// only that a call failed.
/// </summary>
internal sealed class HostRpc(HostMessageHandler handler, PluginLog log) : JsonRpc(handler)
{
    protected override JsonRpcError.ErrorDetail CreateErrorDetails(JsonRpcRequest request, Exception exception)
    {
        log.HostCallFailed(request.Method, exception);
        return new JsonRpcError.ErrorDetail
        {
            Code = JsonRpcErrorCode.InvocationError,
            Message = "The call failed in the application.",
        };
    }
}
