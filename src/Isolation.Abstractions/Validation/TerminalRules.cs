namespace Isolation;

/// <summary>The rules for <see cref="SandboxCommand.Terminal"/>.</summary>
internal static class TerminalRules
{
    private const string StreamFault = "The terminal is the command's standard input, output and error; leave this at its default.";

    public static void Check(SandboxCommand command, ref MistakeList mistakes)
    {
        if (command.Terminal is not { } terminal)
        {
            return;
        }

        CheckSize("Terminal.Columns", terminal.Columns, ref mistakes);
        CheckSize("Terminal.Rows", terminal.Rows, ref mistakes);
        if (command.StandardInput is not (null or NullInput))
        {
            mistakes.Add("StandardInput", StreamFault);
        }

        if (command.StandardOutput is { } output && output != OutputTarget.Capture())
        {
            mistakes.Add("StandardOutput", StreamFault);
        }

        if (command.StandardError is { } error && error != OutputTarget.Capture())
        {
            mistakes.Add("StandardError", StreamFault);
        }
    }

    /// <summary>What only <see cref="ISandbox.StartAsync"/> can do.</summary>
    public static void CheckForRun(SandboxCommand command, ref MistakeList mistakes)
    {
        if (command.Terminal is not null)
        {
            mistakes.Add("Terminal", "Nobody could use a terminal while RunAsync waits for the end; use StartAsync.");
        }
    }

    private static void CheckSize(string member, int size, ref MistakeList mistakes)
    {
        if (size is < 1 or > ushort.MaxValue)
        {
            mistakes.Add(member, $"Must be 1 to {ushort.MaxValue}, but is {size}.");
        }
    }
}
