namespace Isolation.Plugins;

/// <summary>
/// What a plug-in may send. It is untrusted: these keep it from using up the host's memory, time and log.
/// </summary>
public sealed record PluginLimits
{
    /// <summary>
    /// The most bytes of a message, both ways, 256 to 256 MiB. A plug-in that announces a larger one is killed before
    /// any of it is read. Default: 1 MiB.
    /// </summary>
    public int MessageSize { get; init; } = PluginProtocol.DefaultMessageSize;

    /// <summary>
    /// How deep the JSON of the plug-in's messages may be nested, 4 to 64; the message itself is the first level. What
    /// is deeper is no message, and the plug-in is killed. Default: 64.
    /// </summary>
    public int MessageDepth { get; init; } = PluginProtocol.DefaultDepth;

    /// <summary>
    /// How many requests and notifications the host takes each second, 1 or more; it reads on when the next one is due,
    /// and the plug-in waits. One counts once, and once more for each full 4 KiB: with the default that is about 4 MB a
    /// second. Answers do not count. Default: 1,000.
    /// </summary>
    public int RequestsPerSecond { get; init; } = 1000;

    /// <summary>
    /// How many calls into the host may run at once, 1 or more; the host reads on when one has ended. Default: 64.
    /// </summary>
    public int ConcurrentHostCalls { get; init; } = 64;

    /// <summary>
    /// How many lines each second go into the host's log, of standard output and error as well; further ones are
    /// counted and dropped. Default: 50.
    /// </summary>
    public int LogLinesPerSecond { get; init; } = 50;

    /// <summary>The most characters of a line in the log; the rest is cut off. 16 or more. Default: 2,048.</summary>
    public int LogLineLength { get; init; } = 2048;
}
