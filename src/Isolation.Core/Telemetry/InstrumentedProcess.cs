using System.Diagnostics;

namespace Isolation;

/// <summary>Adds telemetry to a process. Its end is reported once, when it is first observed.</summary>
internal sealed class InstrumentedProcess(
    ISandboxProcess inner, string program, Activity? activity, SandboxTelemetry telemetry)
    : ISandboxProcess
{
    private int _hasEnded;

    public int Id => inner.Id;

    public long Number => inner.Number;

    public SandboxCommand Command => inner.Command;

    public Stream? StandardInput => inner.StandardInput;

    public Stream? StandardOutput => inner.StandardOutput;

    public Stream? StandardError => inner.StandardError;

    public Stream? Channel => inner.Channel;

    public ISandboxTerminal? Terminal => inner.Terminal;

    public async Task<SandboxResult> WaitForExitAsync(CancellationToken cancellationToken = default) =>
        Tell(await inner.WaitForExitAsync(cancellationToken).ConfigureAwait(false));

    public Task SendSignalAsync(UnixSignal signal, CancellationToken cancellationToken = default) =>
        inner.SendSignalAsync(signal, cancellationToken);

    public async Task<SandboxResult> KillAsync(CancellationToken cancellationToken = default) =>
        Tell(await inner.KillAsync(cancellationToken).ConfigureAwait(false));

    public async Task<SandboxResult> StopAsync(TimeSpan grace, CancellationToken cancellationToken = default) =>
        Tell(await inner.StopAsync(grace, cancellationToken).ConfigureAwait(false));

    public async ValueTask DisposeAsync()
    {
        // Start waiting before the process is gone, so that its end is counted even if the caller never waits.
        Task<SandboxResult>? end = Volatile.Read(ref _hasEnded) == 0 ? inner.WaitForExitAsync() : null;
        try
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            if (end is not null)
            {
                await ((Task)end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Tell(
                    end.IsCompletedSuccessfully ? end.Result : new SandboxResult { Outcome = SandboxOutcome.Canceled });
            }
        }
    }

    private SandboxResult Tell(SandboxResult result)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
        {
            telemetry.Ended(program, result, activity);
            activity?.Dispose();
        }

        return result;
    }
}
