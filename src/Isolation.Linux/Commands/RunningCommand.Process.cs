namespace Isolation.Linux.Commands;

/// <summary>Implements the application's operations on a started command.</summary>
internal sealed partial class RunningCommand
{
    public Task<SandboxResult> WaitForExitAsync(CancellationToken cancellationToken = default) =>
        Exited.WaitAsync(cancellationToken);

    public Task SendSignalAsync(UnixSignal signal, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!HasMainExited)
        {
            _sandbox.Signal(this, (int)signal);
        }

        return Task.CompletedTask;
    }

    public async Task<SandboxResult> KillAsync(CancellationToken cancellationToken = default)
    {
        Kill(SandboxOutcome.Canceled);
        await Gone.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await WaitForExitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<SandboxResult> StopAsync(TimeSpan grace, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        await SendSignalAsync(UnixSignal.SIGTERM, cancellationToken).ConfigureAwait(false);
        try
        {
            return await Exited.WaitAsync(grace, _sandbox.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return await KillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill(SandboxOutcome.Canceled);
        await Gone.ConfigureAwait(false);
        try
        {
            await Exited.ConfigureAwait(false);
        }
        catch (SandboxException)
        {
            // Callers that wait for the command get the error; disposing only has to end the command.
        }

        if (Streams.Input is { } input)
        {
            await input.DisposeAsync().ConfigureAwait(false);
        }

        StandardOutput?.Dispose();
        StandardError?.Dispose();
        Channel?.Dispose();
        Streams.Terminal?.Dispose();
        _sandbox.Collect(this);
    }
}
