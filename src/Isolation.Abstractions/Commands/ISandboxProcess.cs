namespace Isolation;

/// <summary>
/// Represents a command that was started in a sandbox. Disposal kills the command and everything that it started if the
/// command is still running.
/// </summary>
public interface ISandboxProcess : IAsyncDisposable
{
    /// <summary>Gets the process id inside the sandbox.</summary>
    int Id { get; }

    /// <summary>
    /// Gets the number of the command in its sandbox, counted from 1. It identifies the command to an application that
    /// attaches to the sandbox (<see cref="SandboxLifetime.Detached"/>), and is never reused.
    /// </summary>
    long Number { get; }

    /// <summary>
    /// Gets the command. If another application started it, the members that contain streams, the environment or
    /// handlers have their default values.
    /// </summary>
    SandboxCommand Command { get; }

    /// <summary>
    /// Gets the write end of <see cref="InputSource.Pipe"/>, or <see langword="null"/> for any other source.
    /// </summary>
    /// <remarks>
    /// Disposing the stream ends the input. Writing waits while the pipe is full, and throws an
    /// <see cref="IOException"/> after the command has ended or has closed its input.
    /// </remarks>
    Stream? StandardInput { get; }

    /// <summary>
    /// Gets the read end of <see cref="OutputTarget.Pipe"/>, or <see langword="null"/> for any other target.
    /// </summary>
    /// <remarks>
    /// The stream ends after everything that the command wrote before its end has been read, even if processes that it
    /// left running keep the pipe open. If the stream is disposed earlier, SIGPIPE ends a command that keeps writing.
    /// </remarks>
    Stream? StandardOutput { get; }

    /// <summary>
    /// Gets the read end of <see cref="OutputTarget.Pipe"/>, or <see langword="null"/> for any other target. It behaves
    /// like <see cref="StandardOutput"/>.
    /// </summary>
    Stream? StandardError { get; }

    /// <summary>
    /// Gets the application's end of <see cref="SandboxCommand.Channel"/>, or <see langword="null"/> if the command has
    /// none.
    /// </summary>
    /// <remarks>
    /// Reads and writes can be canceled and can run at the same time. Data that the command wrote can still be read
    /// after the command has ended. After that data, or when the command has closed its end, a read returns 0 and a
    /// write throws an <see cref="IOException"/>. Disposing the stream or the process ends the stream for the command.
    /// Data from the channel is untrusted.
    /// </remarks>
    Stream? Channel { get; }

    /// <summary>
    /// Gets the application's end of <see cref="SandboxCommand.Terminal"/>, or <see langword="null"/> if the command
    /// has none.
    /// </summary>
    ISandboxTerminal? Terminal { get; }

    /// <summary>Waits for the command to end.</summary>
    /// <remarks>
    /// Captured output consists of everything written before the command's own process ended. With
    /// <see cref="CommandLeftovers.Keep"/>, the method does not wait for processes that the command left running.
    /// </remarks>
    /// <param name="cancellationToken">A token that cancels the wait but not the command.</param>
    /// <returns>The result of the command.</returns>
    Task<SandboxResult> WaitForExitAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends a signal to the command's own process. Does nothing if the process has ended.</summary>
    /// <param name="signal">The signal to send.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    Task SendSignalAsync(UnixSignal signal, CancellationToken cancellationToken = default);

    /// <summary>Kills the command and everything that it started, and waits for the end.</summary>
    /// <param name="cancellationToken">A token that cancels the wait.</param>
    /// <returns>The result of the command.</returns>
    Task<SandboxResult> KillAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks the command to end (SIGTERM), and kills it with everything that it started if it has not ended after
    /// <paramref name="grace"/>.
    /// </summary>
    /// <param name="grace">The time between SIGTERM and the kill.</param>
    /// <param name="cancellationToken">A token that cancels the wait. No kill follows if it is canceled first.</param>
    /// <returns>The result of the command.</returns>
    Task<SandboxResult> StopAsync(TimeSpan grace, CancellationToken cancellationToken = default);
}
