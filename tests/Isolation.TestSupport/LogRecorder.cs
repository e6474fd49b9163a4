using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Isolation.TestSupport;

/// <summary>Records log messages, and every text that a provider of logs can get hold of.</summary>
public sealed class LogRecorder : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(EventId Id, LogLevel Level, string Text)> _messages = new();
    private readonly ConcurrentQueue<string> _parts = new();
    private TaskCompletionSource _more = NewSource();

    public IEnumerable<(EventId Id, LogLevel Level, string Text)> Messages => _messages;

    public IEnumerable<string> Lines => _messages.Select(message => message.Text);

    /// <summary>Gets the messages, their values, and the exceptions with all inner ones.</summary>
    public IEnumerable<string> Texts => Lines.Concat(_parts);

    /// <summary>Returns the messages with the specified event id.</summary>
    public IEnumerable<(LogLevel Level, string Text)> Of(int id) =>
        _messages.Where(message => message.Id.Id == id).Select(message => (message.Level, message.Text));

    public int CountOf(int id) => _messages.Count(message => message.Id.Id == id);

    /// <summary>Waits for a message that contains the specified text.</summary>
    public async Task<(LogLevel Level, string Text)> FindAsync(string part)
    {
        while (true)
        {
            // Read before the search, so that a message logged meanwhile ends the wait.
            Task more = Volatile.Read(ref _more).Task;
            foreach ((EventId _, LogLevel level, string text) in _messages)
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
        foreach ((string _, object? value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
        {
            _parts.Enqueue($"{value}");
        }

        if (exception is not null)
        {
            _parts.Enqueue(exception.ToString());
        }

        for (Exception? one = exception; one is not null; one = one.InnerException)
        {
            _parts.Enqueue(one.Message);
        }

        _messages.Enqueue((eventId, logLevel, formatter(state, exception)));
        Interlocked.Exchange(ref _more, NewSource()).SetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
