namespace Isolation;

/// <summary>
/// A command that was started in a sandbox. Disposing it kills it, with all that it started, if it still runs.
/// </summary>
public interface ISandboxProcess : IAsyncDisposable
{
    /// <summary>The process id inside the sandbox.</summary>
    int Id { get; }

    /// <summary>
    /// The write end of <see cref="InputSource.Pipe"/>; null for any other source. Disposing it is the end of input.
    /// Writing waits while the pipe is full, and throws an <see cref="IOException"/> once the command has ended or has
    /// closed its input.
    /// </summary>
    Stream? StandardInput { get; }

    /// <summary>
    /// The read end of <see cref="OutputTarget.Pipe"/>; null for any other target. It ends when all that the command
    /// had written when it ended is read: what it left running may hold the pipe for ever. Disposing it earlier has a
    /// command that writes on ended by SIGPIPE.
    /// </summary>
    Stream? StandardOutput { get; }

    /// <summary>
    /// The read end of <see cref="OutputTarget.Pipe"/>, as <see cref="StandardOutput"/>; null for any other target.
    /// </summary>
    Stream? StandardError { get; }

    /// <summary>
    /// The host's end of <see cref="SandboxCommand.Channel"/>; null where the command has none. Reads and writes can be
    /// canceled, and may run at once. What the command had written can be read after its end as well; then, or when it
    /// has closed its end, a read gives 0 and a write throws <see cref="IOException"/>. Disposing it, or the process,
    /// ends the stream for the command. What comes from it is untrusted.
    /// </summary>
    Stream? Channel { get; }

    /// <summary>The host's end of <see cref="SandboxCommand.Terminal"/>; null where the command has none.</summary>
    ISandboxTerminal? Terminal { get; }

    /// <summary>
    /// Waits for the end. Canceling the token ends the wait, not the command. Captured output is what had been written
    /// when the command's own process ended; what it left running is not waited for.
    /// </summary>
    Task<SandboxResult> WaitForExitAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends a signal to the command's own process. Nothing happens if it has ended.</summary>
    Task SendSignalAsync(UnixSignal signal, CancellationToken cancellationToken = default);

    /// <summary>Kills it with all that it started, and waits for the end.</summary>
    Task<SandboxResult> KillAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks it to end (SIGTERM), and kills it with all that it started if it has not ended after
    /// <paramref name="grace"/>.
    /// </summary>
    Task<SandboxResult> StopAsync(TimeSpan grace, CancellationToken cancellationToken = default);
}
