using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Isolation.Plugins;

/// <summary>
/// The host's end of a conversation. What goes wrong in the host is the host's: the plug-in is told that a call failed,
/// no more.
/// </summary>
internal sealed class HostRpc(HostMessageHandler handler, PluginLog log) : JsonRpc(handler)
{
    protected override JsonRpcError.ErrorDetail CreateErrorDetails(JsonRpcRequest request, Exception exception)
    {
        log.HostCallFailed(request.Method, exception);
        return new JsonRpcError.ErrorDetail { Code = JsonRpcErrorCode.InvocationError,
            Message = "The call failed in the host." };
    }
}
