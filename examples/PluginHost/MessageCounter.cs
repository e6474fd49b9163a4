using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PluginHost;

/// <summary>
/// Represents the application's log, which counts messages by ID and detects messages with more than one line.
/// </summary>
internal sealed class MessageCounter : ILoggerFactory, ILogger
{
    private readonly ConcurrentDictionary<int, int> _counts = new();
    private int _forged;

    /// <summary>Gets the number of messages that contain control characters.</summary>
    public int Forged => Volatile.Read(ref _forged);

    public int CountOf(int id) => _counts.GetValueOrDefault(id);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        _counts.AddOrUpdate(eventId.Id, 1, (_, count) => count + 1);
        if (formatter(state, exception).Any(char.IsControl))
        {
            Interlocked.Increment(ref _forged);
        }
    }
}
