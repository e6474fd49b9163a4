using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Isolation.Plugins;

/// <summary>
/// Creates the loggers of a plug-in, and sends their messages to the application in order without blocking callers.
/// </summary>
internal sealed class LogSender : ILoggerFactory, IAsyncDisposable
{
    private const int Capacity = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Channel<LogEntry> _entries = Channel.CreateBounded<LogEntry>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Func<LogEntry, Task> _send;
    private readonly Task _sending;

    internal LogSender(Func<LogEntry, Task> send)
    {
        _send = send;
        _sending = Task.Run(SendAllAsync);
    }

    public ILogger CreateLogger(string categoryName) =>
        new PluginLogger(categoryName, entry => _entries.Writer.TryWrite(entry));

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException(
            "A plug-in sends its messages to the application only; other providers are not supported.");

    public void Dispose() => _entries.Writer.TryComplete();

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await Task.WhenAny(_sending, Task.Delay(Patience)).ConfigureAwait(false);
    }

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (LogEntry entry in _entries.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                await _send(entry).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // The channel is closed, so no more entries can be sent.
            Dispose();
        }
    }
}
