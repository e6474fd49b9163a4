using Microsoft.Extensions.Logging;

namespace Isolation.Plugins;

/// <summary>
/// Defines all log messages about plug-ins. Event ids are part of the public contract and are never reused.
/// </summary>
internal static partial class PluginLogMessages
{
    [LoggerMessage(4001, LogLevel.Information, "Plug-in {Plugin} is {State}.", EventName = "PluginStateChanged")]
    public static partial void PluginStateChanged(this ILogger logger, string plugin, PluginState state);

    [LoggerMessage(4002, LogLevel.Warning, "Plug-in {Plugin}: {Kind}: {Reason}", EventName = "PluginFailed")]
    public static partial void PluginFailed(this ILogger logger, string plugin, PluginFailureKind kind, string reason);

    [LoggerMessage(
        4003, LogLevel.Error, "A StateChanged handler of plug-in {Plugin} failed.",
        EventName = "PluginHandlerFailed")]
    public static partial void PluginHandlerFailed(this ILogger logger, Exception exception, string plugin);

    [LoggerMessage(
        4004, LogLevel.Warning, "A spare of plug-in {Plugin} failed: {Reason}", EventName = "PluginSpareFailed")]
    public static partial void PluginSpareFailed(this ILogger logger, string plugin, string reason);

    [LoggerMessage(
        4101, LogLevel.Warning, "Plug-in {Plugin} called {Method}, which is not granted.",
        EventName = "PluginCallRefused")]
    public static partial void PluginCallRefused(this ILogger logger, string plugin, string method);

    [LoggerMessage(
        4102, LogLevel.Error, "The call of {Method} by plug-in {Plugin} failed.", EventName = "HostCallFailed")]
    public static partial void HostCallFailed(this ILogger logger, Exception exception, string plugin, string method);

    [LoggerMessage(
        4103, LogLevel.Warning, "Dropped {Count} lines of plug-in {Plugin}: it logged too many.",
        EventName = "PluginLinesDropped")]
    public static partial void PluginLinesDropped(this ILogger logger, string plugin, long count);

    [LoggerMessage(
        EventId = 4200, Message = "{Plugin}: {PluginMessage} ({PluginCategory})", EventName = "PluginMessage")]
    public static partial void PluginMessage(
        this ILogger logger, LogLevel level, string plugin, string pluginMessage, string pluginCategory);
}
