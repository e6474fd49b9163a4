namespace Isolation;

/// <summary>Provides defaults for commands that set no value of their own.</summary>
internal sealed record CommandDefaults(TimeSpan? WallTime, int? OutputLimit)
{
    public static CommandDefaults None { get; } = new(null, null);

    public SandboxCommand Apply(SandboxCommand command)
    {
        if (command is null || (WallTime is null && OutputLimit is null))
        {
            return command!;
        }

        bool needsWallTime = WallTime is not null && command.WallTime is null;
        bool needsLimit = OutputLimit is not null && command.Terminal is null
            && (IsDefault(command.StandardOutput) || IsDefault(command.StandardError));
        return needsWallTime || needsLimit
            ? command with
            {
                WallTime = command.WallTime ?? WallTime,
                StandardOutput = needsLimit ? Limit(command.StandardOutput) : command.StandardOutput,
                StandardError = needsLimit ? Limit(command.StandardError) : command.StandardError,
            }
            : command;
    }

    private OutputTarget Limit(OutputTarget target) =>
        OutputLimit is int limit && IsDefault(target) ? OutputTarget.Capture(limit) : target;

    // Capture() always returns the same object; a limit that a command sets is another object, even if the size is
    // equal.
    private static bool IsDefault(OutputTarget target) => ReferenceEquals(target, OutputTarget.Capture());
}
