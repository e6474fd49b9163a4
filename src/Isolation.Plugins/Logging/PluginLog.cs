using System.Text;
using Microsoft.Extensions.Logging;

namespace Isolation.Plugins;

/// <summary>
/// Writes the messages of a plug-in to the application's log, limited in number and length, and escaped so that they
/// cannot forge other lines.
/// </summary>
internal sealed class PluginLog(string plugin, ILogger logger, PluginLimits limits, TimeProvider time)
{
    private const int CategoryLength = 200;
    private const int LastErrorLength = 4096;

    private readonly TokenBucket _lines = new(limits.LogLinesPerSecond, time);
    private readonly StringBuilder _lastError = new();
    private long _dropped;

    internal string LastError
    {
        get
        {
            lock (_lastError)
            {
                return _lastError.ToString();
            }
        }
    }

    internal void Write(LogEntry entry)
    {
        LogLevel level = Enum.TryParse(entry.Level, out LogLevel named)
            && named is >= LogLevel.Trace and <= LogLevel.Critical ? named : LogLevel.Information;
        string text = entry.Exception is null ? entry.Message ?? "" : $"{entry.Message} {entry.Exception}";
        Write(level, text, entry.Category ?? "");
    }

    internal void WriteOutput(string line) => Write(LogLevel.Information, line, "standard output");

    internal void WriteError(string line)
    {
        lock (_lastError)
        {
            _lastError.Append(UntrustedText.Escape(line, limits.LogLineLength)).Append('\n');
            _lastError.Remove(0, Math.Max(0, _lastError.Length - LastErrorLength));
        }

        Write(LogLevel.Warning, line, "standard error");
    }

    internal void Refused(string? method)
    {
        if (TryTake())
        {
            logger.PluginCallRefused(plugin, UntrustedText.Escape(method, CategoryLength));
        }
    }

    internal void HostCallFailed(string? method, Exception exception)
    {
        if (TryTake())
        {
            logger.HostCallFailed(new LoggedException(exception), plugin, UntrustedText.Escape(method, CategoryLength));
        }
    }

    /// <summary>Logs the number of lines that were dropped since the last report.</summary>
    internal void Flush()
    {
        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and long count)
        {
            logger.PluginLinesDropped(plugin, count);
        }
    }

    private void Write(LogLevel level, string text, string category)
    {
        if (logger.IsEnabled(level) && TryTake())
        {
            logger.PluginMessage(
                level, plugin, UntrustedText.Escape(text, limits.LogLineLength),
                UntrustedText.Escape(category, CategoryLength));
        }
    }

    private bool TryTake()
    {
        if (!_lines.TryTake(1, out _))
        {
            Interlocked.Increment(ref _dropped);
            return false;
        }

        Flush();
        return true;
    }
}
