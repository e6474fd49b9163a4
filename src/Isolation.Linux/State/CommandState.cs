using System.Collections.Immutable;
using Isolation.Linux.State.Json;

namespace Isolation.Linux.State;

/// <summary>
/// Represents a running command of a detached sandbox: its place in the sandbox, and the members of its
/// <see cref="SandboxCommand"/> that limit it while it runs or decide on its outcome.
/// </summary>
/// <param name="Number">The number of the command.</param>
/// <param name="Entry">The entry of init's table that belongs to the command.</param>
/// <param name="Reaper">The name of the reaper; null if the processes are children of init.</param>
/// <param name="Group">The name of the command's cgroup; null if it has none.</param>
/// <param name="FilterKills">A value indicating whether the command's filter kills at some system call.</param>
/// <param name="Program">See <see cref="SandboxCommand.Program"/>.</param>
/// <param name="Arguments">See <see cref="SandboxCommand.Arguments"/>.</param>
/// <param name="WallTime">See <see cref="SandboxCommand.WallTime"/>.</param>
/// <param name="CpuTime">See <see cref="SandboxCommand.CpuTime"/>.</param>
/// <param name="Affinity">See <see cref="SandboxCommand.Affinity"/>.</param>
/// <param name="ResourceLimits">See <see cref="SandboxCommand.ResourceLimits"/>.</param>
/// <param name="Leftovers">See <see cref="SandboxCommand.Leftovers"/>.</param>
/// <param name="IsCollected">
/// Whether the result was delivered, so that the command is recorded only for the processes that it has left.
/// </param>
internal sealed record CommandState(
    long Number,
    int Entry,
    string? Reaper,
    string? Group,
    bool FilterKills,
    string Program,
    ImmutableArray<string> Arguments,
    TimeSpan? WallTime,
    TimeSpan? CpuTime,
    ImmutableArray<int> Affinity,
    ImmutableArray<ResourceLimit> ResourceLimits,
    CommandLeftovers Leftovers,
    bool IsCollected)
{
    private const string Name = "command";

    /// <summary>Creates the state of a command that was sent to its sandbox.</summary>
    internal static CommandState Of(
        SandboxCommand command, long number, int entry, string? reaper, string? group, bool filterKills) =>
        new(
            number, entry, reaper, group, filterKills, command.Program, command.Arguments, command.WallTime,
            command.CpuTime, command.Affinity, command.ResourceLimits, command.Leftovers, IsCollected: false);

    /// <summary>Reads a state that <see cref="Write"/> wrote.</summary>
    /// <exception cref="SandboxException">The document is invalid.</exception>
    internal static CommandState Read(ReadOnlySpan<byte> json)
    {
        CommandState state = StateJson.Read<CommandState>(json, Name);
        return state.Program.Length > 0
            ? state
            : throw new SandboxException($"Cannot read the {Name} of the sandbox: its program has no name.");
    }

    /// <summary>Writes the state as JSON in UTF-8; see <see cref="StateJson"/>.</summary>
    internal byte[] Write() => StateJson.Write(this, Name);

    /// <summary>
    /// Creates the command, without the streams, environment and handlers, which ended with the application that
    /// started it.
    /// </summary>
    internal SandboxCommand ToCommand() => new(Program, Arguments)
    {
        Environment = ImmutableDictionary<string, string>.Empty,
        StandardInput = InputSource.Null,
        StandardOutput = OutputTarget.Null,
        StandardError = OutputTarget.Null,
        WallTime = WallTime,
        CpuTime = CpuTime,
        Affinity = Affinity,
        ResourceLimits = ResourceLimits,
        Leftovers = Leftovers,
    };
}
