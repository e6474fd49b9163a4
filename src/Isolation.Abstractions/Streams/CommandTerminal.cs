namespace Isolation;

/// <summary>
/// A pseudo-terminal of a command's own, see pty(7): its standard input, output and error, and the controlling terminal
/// of its session. The host has the other end, <see cref="ISandboxProcess.Terminal"/>; no terminal of the host is in
/// reach.
/// </summary>
/// <param name="Columns">The width in characters, 1 to 65,535. Default: 80.</param>
/// <param name="Rows">The height in lines, 1 to 65,535. Default: 24.</param>
public sealed record CommandTerminal(int Columns = 80, int Rows = 24);
