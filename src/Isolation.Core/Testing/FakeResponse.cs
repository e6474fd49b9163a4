using System.Text;

namespace Isolation;

/// <summary>A program that writes what it is told, takes the time that it is told and ends as it is told.</summary>
public sealed record FakeResponse
{
    /// <summary>What it writes to standard output, in UTF-8. Default: nothing.</summary>
    public string StandardOutput { get; init; } = "";

    /// <summary>What it writes to standard error, in UTF-8. Default: nothing.</summary>
    public string StandardError { get; init; } = "";

    /// <summary>
    /// How long it runs after it has written, by the clock of the provider. Default: it ends at once.
    /// </summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How it ends. Default: with exit code 0.</summary>
    public FakeExit Exit { get; init; } = FakeExit.Success;

    /// <summary>The program that does this.</summary>
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
