using Isolation.Linux.Events;

namespace Isolation.Linux.Commands;

/// <summary>Represents the sandbox of a command, as far as the command needs it.</summary>
internal interface ICommandHost
{
    /// <summary>Gets the clock of all times.</summary>
    TimeProvider Time { get; }

    /// <summary>Gets the queue of the provider's deadlines.</summary>
    DeadlineQueue Deadlines { get; }

    /// <summary>Gets the limits of the sandbox that are in force.</summary>
    SandboxLimits? Limits { get; }

    /// <summary>
    /// Gets whether the result of a command must survive this application until somebody has it, as must the command's
    /// cgroup then.
    /// </summary>
    bool KeepsResults { get; }

    /// <summary>Forgets a command whose result nobody needs any more, as soon as its processes are gone.</summary>
    void Collect(RunningCommand command);

    /// <summary>Handles the end of the last process of a command.</summary>
    void OnGone(RunningCommand command);

    /// <summary>Signals the first process of a command.</summary>
    void Signal(RunningCommand command, int signal);

    /// <summary>Kills everything that a command started.</summary>
    void End(RunningCommand command);

    /// <summary>Reads the CPU time of a command from its cgroups, or from its processes.</summary>
    TimeSpan ReadCpuTime(RunningCommand command);

    /// <summary>Returns whether the kernel is killing the command because its memory ran out.</summary>
    bool IsDyingOfMemory(RunningCommand command);

    /// <summary>
    /// Describes the progress of the processes that start a command, for comparison with a later look.
    /// </summary>
    /// <returns>The progress; null if the start goes on, has not begun, or is over.</returns>
    string? FindStuckStart(RunningCommand command);
}
