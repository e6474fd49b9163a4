using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Isolation.Plugins.Tests;

/// <summary>Keeps every text that a provider of logs can get hold of.</summary>
internal sealed class EntireLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _texts = new();

    internal IEnumerable<string> Texts => _texts;

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
        _texts.Enqueue(formatter(state, exception));
        foreach ((string _, object? value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
        {
            _texts.Enqueue($"{value}");
        }

        if (exception is not null)
        {
            _texts.Enqueue(exception.ToString());
        }

        for (Exception? one = exception; one is not null; one = one.InnerException)
        {
            _texts.Enqueue(one.Message);
        }
    }
}
