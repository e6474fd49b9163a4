using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Isolation.TestSupport;

/// <summary>Records log messages.</summary>
public sealed class LogRecorder : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text)> _lines = new();
    private TaskCompletionSource _more = NewSource();

    public IEnumerable<string> Lines => _lines.Select(line => line.Text);

    /// <summary>Returns the messages with the specified event id.</summary>
    public IEnumerable<(LogLevel Level, string Text)> Of(int id) =>
        _lines.Where(line => line.Id == id).Select(line => (line.Level, line.Text));

    public int CountOf(int id) => _lines.Count(line => line.Id == id);

    /// <summary>Waits for a message that contains the specified text.</summary>
    public async Task<(LogLevel Level, string Text)> FindAsync(string part)
    {
        while (true)
        {
            // Read before the search, so that a message logged meanwhile ends the wait.
            Task more = Volatile.Read(ref _more).Task;
            foreach ((int _, LogLevel level, string text) in _lines)
            {
                if (text.Contains(part, StringComparison.Ordinal))
                {
                    return (level, text);
                }
            }

            await more;
        }
    }

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
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue((eventId.Id, logLevel, formatter(state, exception)));
        Interlocked.Exchange(ref _more, NewSource()).SetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
