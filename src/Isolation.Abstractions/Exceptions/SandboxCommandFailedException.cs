namespace Isolation;

/// <summary>A command that did not complete with exit code 0; thrown by <see cref="SandboxResult.EnsureSuccess"/> only.</summary>
public sealed class SandboxCommandFailedException : Exception
{
    /// <summary>A failure with the result that shows it.</summary>
    public SandboxCommandFailedException(SandboxResult result)
        : base(Describe(result))
    {
        Result = result;
    }

    /// <summary>The whole result.</summary>
    public SandboxResult Result { get; }

    private static string Describe(SandboxResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        string how = result switch
        {
            { Outcome: SandboxOutcome.Completed } => $"The command exited with code {result.ExitCode}.",
            { Outcome: SandboxOutcome.Signaled } => $"The command was ended by signal {result.Signal}.",
            _ => $"The command was ended: {result.Outcome}.",
        };
        string error = result.StandardError.Text.Trim();
        return error.Length == 0 ? how : $"{how} It wrote: {(error.Length > 500 ? error[..500] + "…" : error)}";
    }
}
