namespace Isolation;

/// <summary>Validates standard input, output and error.</summary>
internal static class StandardStreamRules
{
    private const string PipeFault =
        "RunAsync does not support a pipe, which the caller could not use in time; use StartAsync, or another kind.";

    public static void Check(SandboxCommand command, ref ErrorList errors)
    {
        if (FindFault(command.StandardInput) is { } inputFault)
        {
            errors.Add("StandardInput", inputFault);
        }

        if ((FindFault(command.StandardOutput) ?? FindMergeFault(command.StandardOutput)) is { } outputFault)
        {
            errors.Add("StandardOutput", outputFault);
        }

        if (FindFault(command.StandardError) is { } errorFault)
        {
            errors.Add("StandardError", errorFault);
        }

        if (command.TotalOutput < 0)
        {
            errors.Add(
                "TotalOutput", $"Must be 0 or more bytes, but is {command.TotalOutput}; use null for no limit.");
        }
    }

    /// <summary>Checks for features that only <see cref="ISandbox.StartAsync"/> supports.</summary>
    public static void CheckForRun(SandboxCommand command, ref ErrorList errors)
    {
        if (command.StandardInput is PipeInput)
        {
            errors.Add("StandardInput", PipeFault);
        }

        if (command.StandardOutput is PipeOutput)
        {
            errors.Add("StandardOutput", PipeFault);
        }

        if (command.StandardError is PipeOutput)
        {
            errors.Add("StandardError", PipeFault);
        }
    }

    private static string? FindFault(InputSource? source) => source switch
    {
        null => "Is null.",
        FileInput file => PathRules.FindAbsoluteFault(file.Path),
        StreamInput { Stream: null } => "The stream is null.",
        StreamInput { Stream.CanRead: false } => "The stream is not readable.",
        _ => null,
    };

    private static string? FindFault(OutputTarget? target) => target switch
    {
        null => "Is null.",
        CapturedOutput captured when captured.Limit < 0 || captured.Limit > Array.MaxLength =>
            $"The limit must be 0 to {Array.MaxLength} bytes, but is {captured.Limit}.",
        FileOutput file => PathRules.FindAbsoluteFault(file.Path),
        StreamOutput { Stream: null } => "The stream is null.",
        StreamOutput { Stream.CanWrite: false } => "The stream is not writable.",
        StreamOutput { Limit: < 0 } limited =>
            $"The limit must be 0 or more bytes, but is {limited.Limit}; use null for no limit.",
        _ => null,
    };

    private static string? FindMergeFault(OutputTarget? target) =>
        target is MergedOutput ? "Only standard error can use SameAsStandardOutput." : null;
}
