namespace Isolation.Plugins;

/// <summary>Describes an unexpected end of a plug-in's process.</summary>
/// <param name="Kind">The kind of failure.</param>
/// <param name="Message">A description for human readers.</param>
public sealed record PluginFailure(PluginFailureKind Kind, string Message)
{
    private const int MaximumLength = 4096;

    /// <summary>
    /// Gets a description for human readers. It can contain text from the plug-in, escaped
    /// (<see cref="UntrustedText"/>).
    /// </summary>
    public string Message { get; init; } = UntrustedText.Escape(Message, MaximumLength);

    /// <summary>Gets the result of the process; null if there was no process.</summary>
    public SandboxResult? Result { get; init; }

    /// <summary>
    /// Gets the end of the standard error of the process, at most 4,096 characters. Untrusted; each line is escaped
    /// (<see cref="UntrustedText"/>).
    /// </summary>
    public string LastError { get; init; } = "";

    /// <summary>Gets the exception that prevented the start of a process; null if there was a process.</summary>
    public Exception? Exception { get; init; }
}
