using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Isolation.IntegrationTests.Plugins;

/// <summary>Keeps what is logged.</summary>
internal sealed class PluginLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    internal async Task<string> FindAsync(string part)
    {
        string? found;
        while ((found = _lines.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal))) is null)
        {
            await Task.Yield();
        }

        return found;
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

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel} {formatter(state, exception)}");
}
