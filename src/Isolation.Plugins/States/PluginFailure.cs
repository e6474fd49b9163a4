namespace Isolation.Plugins;

/// <summary>Why a plug-in's process ended without being asked to.</summary>
/// <param name="Kind">What kind of end it was.</param>
/// <param name="Message">What happened, for people.</param>
public sealed record PluginFailure(PluginFailureKind Kind, string Message)
{
    private const int MaximumLength = 4096;

    /// <summary>
    /// What happened, for people. It can contain words of the plug-in, escaped (<see cref="UntrustedText"/>).
    /// </summary>
    public string Message { get; init; } = UntrustedText.Escape(Message, MaximumLength);

    /// <summary>How the process ended; null if there was none.</summary>
    public SandboxResult? Result { get; init; }

    /// <summary>
    /// The last that it wrote to standard error, at most 4,096 characters. Untrusted; each line is escaped
    /// (<see cref="UntrustedText"/>).
    /// </summary>
    public string LastError { get; init; } = "";

    /// <summary>Why there is no process; null if there was one.</summary>
    public Exception? Exception { get; init; }
}
