namespace Isolation.Plugins;

/// <summary>Represents a line for the application's log.</summary>
/// <param name="Level">Trace, Debug, Information, Warning, Error or Critical.</param>
/// <param name="Category">The part of the plug-in that logs the message.</param>
/// <param name="Message">The message.</param>
/// <param name="Exception">The exception as text.</param>
internal sealed record LogEntry(string? Level, string? Category, string? Message, string? Exception);
