namespace Isolation;

/// <summary>
/// Specifies what happens to processes that a command started and that are still running when its first process ends.
/// </summary>
public enum CommandLeftovers
{
    /// <summary>
    /// The processes are killed, and the result is available when the last of them has ended. The command ends with
    /// everything that it started, including daemons that left its session and lost their parents.
    /// </summary>
    End,

    /// <summary>
    /// The processes keep running until the sandbox ends, for commands that start daemons. The result is available when
    /// the first process has ended. The limits of the command (<see cref="SandboxCommand.WallTime"/>,
    /// <see cref="SandboxCommand.CpuTime"/>), <see cref="ISandboxProcess.KillAsync"/> and disposal of the
    /// <see cref="ISandboxProcess"/> still apply to all of them.
    /// </summary>
    Keep,
}
