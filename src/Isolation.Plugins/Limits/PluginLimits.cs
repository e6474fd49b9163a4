namespace Isolation.Plugins;

/// <summary>
/// Specifies limits on the messages of an untrusted plug-in, which keep it from exhausting the application's memory,
/// time and log.
/// </summary>
public sealed record PluginLimits
{
    /// <summary>
    /// Gets the maximum size of a message in both directions, 256 bytes to 256 MiB. A plug-in that announces a larger
    /// message is killed before any of it is read. Default: 1 MiB.
    /// </summary>
    public int MessageSize { get; init; } = PluginProtocol.DefaultMessageSize;

    /// <summary>
    /// Gets the maximum nesting depth of the JSON in the plug-in's messages, 4 to 64; the message itself is the first
    /// level. A plug-in that sends a deeper message is killed. Default: 64.
    /// </summary>
    public int MessageDepth { get; init; } = PluginProtocol.DefaultDepth;

    /// <summary>
    /// Gets the maximum number of requests and notifications that the application accepts per second, 1 or more; the
    /// plug-in waits for the rest. A message counts once, and once more for each full 4 KiB: the default allows about 4
    /// MB per second. Answers do not count. Default: 1,000.
    /// </summary>
    public int RequestsPerSecond { get; init; } = 1000;

    /// <summary>
    /// Gets the maximum number of concurrent calls into the application, 1 or more; further messages are read when a
    /// call has ended. Default: 64.
    /// </summary>
    public int ConcurrentHostCalls { get; init; } = 64;

    /// <summary>
    /// Gets the maximum number of lines per second in the application's log, including standard output and error;
    /// further lines are counted and dropped. Default: 50.
    /// </summary>
    public int LogLinesPerSecond { get; init; } = 50;

    /// <summary>
    /// Gets the maximum length of a line in the log, in characters, 16 or more; longer lines are truncated. Default:
    /// 2,048.
    /// </summary>
    public int LogLineLength { get; init; } = 2048;
}
