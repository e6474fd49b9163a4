namespace Isolation;

/// <summary>Validates <see cref="SandboxCommand.Channel"/>.</summary>
internal static class ChannelRules
{
    public static void Check(SandboxCommand command, ref ErrorList errors)
    {
        if (command.Channel is not { } channel)
        {
            return;
        }

        if (channel.Descriptor < 3)
        {
            errors.Add(
                "Channel.Descriptor",
                $"Must be 3 or more, but is {channel.Descriptor}; 0, 1 and 2 are the standard streams.");
        }

        if (command.Descriptors?.ContainsKey(channel.Descriptor) == true)
        {
            errors.Add(
                "Channel.Descriptor",
                $"Is {channel.Descriptor}, which Descriptors already uses; choose another number.");
        }

        if (command.Environment?.ContainsKey(CommandChannel.EnvironmentVariable) == true)
        {
            errors.Add($"Environment[{CommandChannel.EnvironmentVariable}]", "Is set by the channel; remove it.");
        }
    }

    /// <summary>Checks for features that only <see cref="ISandbox.StartAsync"/> supports.</summary>
    public static void CheckForRun(SandboxCommand command, ref ErrorList errors)
    {
        if (command.Channel is not null)
        {
            errors.Add(
                "Channel",
                "RunAsync does not support a channel, which the caller could not use in time; use StartAsync.");
        }
    }
}
