using System.Collections.Concurrent;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Isolation.Plugins;

/// <summary>
/// Receives messages of an untrusted plug-in within its limits: the next message is read only after the current one was
/// accepted.
/// </summary>
internal sealed class HostMessageHandler(
    Stream channel, PluginLimits limits, PluginLog log, IReadOnlySet<string> granted, TimeProvider time)
    : FramedMessageHandler(channel, PluginProtocol.CreateFormatter(), limits.MessageSize, limits.MessageDepth)
{
    /// <summary>The number of bytes for which a message counts as one more request.</summary>
    private const int SizeOfRequest = 4096;

    private readonly ConcurrentDictionary<RequestId, bool> _asked = new();
    private readonly TokenBucket _requests = new(limits.RequestsPerSecond, time);
    private readonly SemaphoreSlim _hostCalls = new(limits.ConcurrentHostCalls, limits.ConcurrentHostCalls);

    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            JsonRpcMessage? message = await base.ReadCoreAsync(cancellationToken).ConfigureAwait(false);
            switch (message)
            {
                case null:
                    return null;
                case JsonRpcRequest request:
                    await WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
                    if (request.IsResponseExpected)
                    {
                        await TakeCallAsync(request, cancellationToken).ConfigureAwait(false);
                        return request;
                    }

                    if (request.Method == PluginProtocol.Cancel)
                    {
                        return request;
                    }

                    TakeNotification(request);
                    break;
                case IJsonRpcMessageWithId answer when _asked.TryRemove(answer.RequestId, out _):
                    return message;
                default:
                    throw new ProtocolViolationException("answered a call that was not made");
            }
        }
    }

    protected override ValueTask WriteCoreAsync(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        if (content is JsonRpcError { Error: { } error })
        {
            // StreamJsonRpc puts types and stack traces of the application into both.
            error.Data = null;
            error.Message = error.Code == JsonRpcErrorCode.InvalidParams ? "The arguments are invalid." : error.Message;
        }

        return base.WriteCoreAsync(content, cancellationToken);
    }

    protected override void OnWriting(JsonRpcMessage message)
    {
        if (message is JsonRpcRequest { IsResponseExpected: true } request)
        {
            _asked[request.RequestId] = true;
        }
        else if (message is not JsonRpcRequest)
        {
            _hostCalls.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _hostCalls.Dispose();
        }
    }

    private async ValueTask WaitForTurnAsync(CancellationToken cancellationToken)
    {
        while (!_requests.TryTake(1 + (IncomingSize / SizeOfRequest), out TimeSpan wait))
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private ValueTask TakeCallAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        if (request.Method is not { } method || !granted.Contains(method))
        {
            // StreamJsonRpc has methods of its own. For a name that does not exist, it answers with an error.
            log.Refused(request.Method);
            request.Method = $"{UntrustedText.Escape(request.Method, 100)} (not granted)";
        }

        return new ValueTask(_hostCalls.WaitAsync(cancellationToken));
    }

    private void TakeNotification(JsonRpcRequest request)
    {
        if (request.Method != PluginProtocol.Log)
        {
            throw new ProtocolViolationException(
                $"sent the unknown notification \"{UntrustedText.Escape(request.Method, 100)}\"");
        }

        if (!request.TryGetArgumentByNameOrIndex("entry", 0, typeof(LogEntry), out object? value)
            || value is not LogEntry entry)
        {
            throw new ProtocolViolationException("sent an invalid log entry");
        }

        log.Write(entry);
    }
}
