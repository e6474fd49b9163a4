using System.Text;

namespace Isolation.Testing;

/// <summary>Represents a program that writes the specified output, runs for the specified time and ends.</summary>
public sealed record FakeResponse
{
    /// <summary>Gets the text to write to standard output, in UTF-8. Default: empty.</summary>
    public string StandardOutput { get; init; } = "";

    /// <summary>Gets the text to write to standard error, in UTF-8. Default: empty.</summary>
    public string StandardError { get; init; } = "";

    /// <summary>
    /// Gets the time between writing the output and the end, by the time provider of the sandbox provider. Default:
    /// zero.
    /// </summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Gets the end of the program. Default: exit code 0.</summary>
    public FakeExit Exit { get; init; } = FakeExit.Success;

    /// <summary>Converts the response to a program.</summary>
    public FakeProgram ToProgram() => RunAsync;

    private async Task<FakeExit> RunAsync(FakeProgramContext context, CancellationToken cancellationToken)
    {
        await context.StandardOutput.WriteAsync(Encoding.UTF8.GetBytes(StandardOutput), cancellationToken)
            .ConfigureAwait(false);
        await context.StandardError.WriteAsync(Encoding.UTF8.GetBytes(StandardError), cancellationToken)
            .ConfigureAwait(false);
        if (Duration > TimeSpan.Zero)
        {
            await Task.Delay(Duration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        return Exit;
    }
}
