namespace Isolation;

/// <summary>The host's end of the pseudo-terminal of a command; see <see cref="SandboxCommand.Terminal"/>.</summary>
public interface ISandboxTerminal
{
    /// <summary>
    /// What is read was written to the terminal, with line ends as CR LF and what was typed as an echo, unless the
    /// command changes that; what is written is typed: Ctrl+C (3) interrupts, Ctrl+D (4) at the start of a line is the
    /// end of input. Reads and writes may run at once and can be canceled. It ends when all that was written before the
    /// command's end is read. Disposing it hangs up: the command gets SIGHUP. What comes from it is untrusted: it may
    /// contain control sequences.
    /// </summary>
    Stream Stream { get; }

    /// <summary>The width in characters.</summary>
    int Columns { get; }

    /// <summary>The height in lines.</summary>
    int Rows { get; }

    /// <summary>
    /// Changes the size. The programs in the foreground get SIGWINCH if it is another one. Nothing happens where the
    /// command has ended.
    /// </summary>
    /// <param name="columns">The width in characters, 1 to 65,535.</param>
    /// <param name="rows">The height in lines, 1 to 65,535.</param>
    /// <param name="cancellationToken">Is looked at before.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken = default);
}
