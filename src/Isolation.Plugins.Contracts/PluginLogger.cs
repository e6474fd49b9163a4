using Microsoft.Extensions.Logging;

namespace Isolation.Plugins;

/// <summary>Represents a logger that formats messages in the plug-in; the application writes them.</summary>
internal sealed class PluginLogger(string category, Action<LogEntry> write) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Debug and < LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (IsEnabled(logLevel))
        {
            write(new LogEntry(logLevel.ToString(), category, formatter(state, exception), exception?.ToString()));
        }
    }
}
