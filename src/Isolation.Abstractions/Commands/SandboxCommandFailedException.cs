namespace Isolation;

/// <summary>
/// The exception that <see cref="SandboxResult.EnsureSuccess"/> throws when a command did not complete with exit code
/// 0.
/// </summary>
public sealed class SandboxCommandFailedException : Exception
{
    private const int MaximumErrorLength = 500;

    /// <summary>
    /// Initializes a new instance of the <see cref="SandboxCommandFailedException"/> class with the result of the
    /// command.
    /// </summary>
    /// <remarks>The message contains the beginning of standard error, escaped (<see cref="UntrustedText"/>).</remarks>
    /// <param name="result">The result of the failed command.</param>
    public SandboxCommandFailedException(SandboxResult result)
        : base(Describe(result))
    {
        Result = result;
    }

    /// <summary>Gets the result of the command.</summary>
    public SandboxResult Result { get; }

    private static string Describe(SandboxResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        string how = result switch
        {
            { Outcome: SandboxOutcome.Completed } => $"The command exited with code {result.ExitCode}.",
            { Outcome: SandboxOutcome.Signaled } => $"The command was killed by signal {result.Signal}.",
            _ => $"The command failed: {result.Outcome}.",
        };
        string error = result.StandardError.Text.Trim();
        return error.Length == 0 ? how : $"{how} Standard error: {UntrustedText.Escape(error, MaximumErrorLength)}";
    }
}
