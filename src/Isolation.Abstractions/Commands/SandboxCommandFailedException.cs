namespace Isolation;

/// <summary>
/// A command that did not complete with exit code 0; thrown by <see cref="SandboxResult.EnsureSuccess"/> only.
/// </summary>
public sealed class SandboxCommandFailedException : Exception
{
    private const int MaximumErrorLength = 500;

    /// <summary>
    /// A failure with the result that shows it. The message contains the beginning of standard error, escaped
    /// (<see cref="UntrustedText"/>).
    /// </summary>
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
        return error.Length == 0 ? how : $"{how} It wrote: {UntrustedText.Escape(error, MaximumErrorLength)}";
    }
}
