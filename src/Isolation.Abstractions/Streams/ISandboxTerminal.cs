namespace Isolation;

/// <summary>
/// Represents the application's end of the pseudo-terminal of a command; see <see cref="SandboxCommand.Terminal"/>.
/// </summary>
public interface ISandboxTerminal
{
    /// <summary>
    /// Gets the stream that reads the output of the terminal and writes its input. Disposing the stream hangs up the
    /// terminal: the command receives SIGHUP.
    /// </summary>
    /// <remarks>
    /// Output contains CR LF as line ends and echoes the input, unless the command changes the terminal modes. Input is
    /// treated as typed: Ctrl+C (3) interrupts, and Ctrl+D (4) at the start of a line ends the input. A read and a
    /// write can run at the same time, and both can be canceled. The stream ends after everything written before the
    /// end of the command was read. The output is untrusted: it may contain control sequences.
    /// </remarks>
    Stream Stream { get; }

    /// <summary>Gets the width in characters.</summary>
    int Columns { get; }

    /// <summary>Gets the height in lines.</summary>
    int Rows { get; }

    /// <summary>
    /// Changes the size. Programs in the foreground receive SIGWINCH if the size differs. Has no effect after the
    /// command has exited.
    /// </summary>
    /// <param name="columns">The width in characters, 1 to 65,535.</param>
    /// <param name="rows">The height in lines, 1 to 65,535.</param>
    /// <param name="cancellationToken">A token that is checked before the size is changed.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken = default);
}
