namespace Isolation.Plugins;

/// <summary>A line for the host's log.</summary>
/// <param name="Level">Trace, Debug, Information, Warning, Error or Critical.</param>
/// <param name="Category">Which part of the plug-in says it.</param>
/// <param name="Message">What it says.</param>
/// <param name="Exception">An exception as text.</param>
internal sealed record LogEntry(string? Level, string? Category, string? Message, string? Exception);
