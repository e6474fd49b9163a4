using System.Collections.Concurrent;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Isolation.Plugins;

/// <summary>
/// Takes from an untrusted plug-in what it may send, and no more at once than it may: the next message is read when
/// this one was let through.
/// </summary>
internal sealed class HostMessageHandler(
    Stream channel, PluginLimits limits, PluginLog log, IReadOnlySet<string> granted, TimeProvider time)
    : FramedMessageHandler(channel, PluginProtocol.CreateFormatter(), limits.MessageSize, limits.MessageDepth)
{
    /// <summary>A message costs a request more for each of so many bytes.</summary>
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
                    throw new ProtocolViolationException("answered a call that nobody has made");
            }
        }
    }

    protected override ValueTask WriteCoreAsync(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        if (content is JsonRpcError { Error: { } error })
        {
            // The library tells types and stack traces of the host in both.
            error.Data = null;
            error.Message = error.Code == JsonRpcErrorCode.InvalidParams ? "The arguments do not fit." : error.Message;
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
            // Not left to the library, which has methods of its own. There is none of this name, and so it answers.
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
                $"sent the notification \"{UntrustedText.Escape(request.Method, 100)}\", which there is not");
        }

        if (!request.TryGetArgumentByNameOrIndex("entry", 0, typeof(LogEntry), out object? value)
            || value is not LogEntry entry)
        {
            throw new ProtocolViolationException("sent a log entry that is none");
        }

        log.Write(entry);
    }
}
