namespace Isolation;

/// <summary>Validates <see cref="SandboxCommand.Terminal"/>.</summary>
internal static class TerminalRules
{
    private const string StreamFault =
        "The terminal is the command's standard input, output and error; leave this member at its default.";

    public static void Check(SandboxCommand command, ref ErrorList errors)
    {
        if (command.Terminal is not { } terminal)
        {
            return;
        }

        CheckSize("Terminal.Columns", terminal.Columns, ref errors);
        CheckSize("Terminal.Rows", terminal.Rows, ref errors);
        if (command.StandardInput is not (null or NullInput))
        {
            errors.Add("StandardInput", StreamFault);
        }

        if (command.StandardOutput is { } output && output != OutputTarget.Capture())
        {
            errors.Add("StandardOutput", StreamFault);
        }

        if (command.StandardError is { } error && error != OutputTarget.Capture())
        {
            errors.Add("StandardError", StreamFault);
        }
    }

    /// <summary>Checks for features that only <see cref="ISandbox.StartAsync"/> supports.</summary>
    public static void CheckForRun(SandboxCommand command, ref ErrorList errors)
    {
        if (command.Terminal is not null)
        {
            errors.Add(
                "Terminal",
                "RunAsync does not support a terminal, which the caller could not use in time; use StartAsync.");
        }
    }

    private static void CheckSize(string member, int size, ref ErrorList errors)
    {
        if (size is < 1 or > ushort.MaxValue)
        {
            errors.Add(member, $"Must be 1 to {ushort.MaxValue}, but is {size}.");
        }
    }
}
