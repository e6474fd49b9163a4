namespace Isolation;

/// <summary>
/// Specifies a pseudo-terminal for a command; see pty(7). It is the standard input, output and error of the command,
/// and the controlling terminal of its session. The application has the other end,
/// <see cref="ISandboxProcess.Terminal"/>; terminals of the host are out of reach.
/// </summary>
/// <param name="Columns">The width in characters, 1 to 65,535. Default: 80.</param>
/// <param name="Rows">The height in lines, 1 to 65,535. Default: 24.</param>
public sealed record CommandTerminal(int Columns = 80, int Rows = 24);
