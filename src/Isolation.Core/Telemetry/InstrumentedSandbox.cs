using System.Collections.Immutable;
using System.Diagnostics;

namespace Isolation;

/// <summary>Adds telemetry to a sandbox.</summary>
internal sealed class InstrumentedSandbox(
    ISandbox inner, CommandDefaults defaults, SandboxTelemetry telemetry) : ISandbox
{
    private int _isDisposed;

    public string Id => inner.Id;

    public SandboxSpecification Specification => inner.Specification;

    public SandboxReport Report => inner.Report;

    public int ProcessId => inner.ProcessId;

    public Task Ended => inner.Ended;

    public ISandboxFiles Files => inner.Files;

    public ImmutableArray<ISandboxProcess> Processes => inner.Processes;

    public SandboxLimits? Limits => inner.Limits;

    public SandboxUsage ReadUsage() => inner.ReadUsage();

    public Task<ImmutableArray<NotApplied>> ChangeLimitsAsync(
        SandboxLimits limits, CancellationToken cancellationToken = default) =>
        inner.ChangeLimitsAsync(limits, cancellationToken);

    public Task FreezeAsync(CancellationToken cancellationToken = default) => inner.FreezeAsync(cancellationToken);

    public Task ThawAsync(CancellationToken cancellationToken = default) => inner.ThawAsync(cancellationToken);

    public IAsyncEnumerable<SandboxEvent> WatchAsync(
        SandboxWatch? watch = null, CancellationToken cancellationToken = default) =>
        inner.WatchAsync(watch, cancellationToken);

    public async Task<ISandboxProcess> StartAsync(SandboxCommand command, CancellationToken cancellationToken = default)
    {
        command = defaults.Apply(command);
        Activity? activity = SandboxTelemetry.StartRun(command, Id, Specification.Name);
        long started = telemetry.Now;
        telemetry.RunBegins();
        try
        {
            ISandboxProcess process = await inner.StartAsync(command, cancellationToken).ConfigureAwait(false);
            telemetry.Started(command, Id, process.Id, started);
            return new InstrumentedProcess(process, command.Program, activity, telemetry);
        }
        catch (Exception exception)
        {
            telemetry.CommandFailed(command, Id, exception, activity);
            activity?.Dispose();
            throw;
        }
    }

    public Task<SandboxResult> RunAsync(SandboxCommand command, CancellationToken cancellationToken = default)
    {
        SandboxCommand complete = defaults.Apply(command);
        return telemetry.IsEnabled
            ? RunObservedAsync(complete, cancellationToken)
            : inner.RunAsync(complete, cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await inner.StopAsync(cancellationToken).ConfigureAwait(false);
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            telemetry.Disposed(Id, null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        bool isFirst = Interlocked.Exchange(ref _isDisposed, 1) == 0;
        Exception? failure = null;
        try
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            if (isFirst)
            {
                telemetry.Disposed(Id, failure);
            }
        }
    }

    private async Task<SandboxResult> RunObservedAsync(SandboxCommand command, CancellationToken cancellationToken)
    {
        using Activity? activity = SandboxTelemetry.StartRun(command, Id, Specification.Name);
        telemetry.RunBegins();
        try
        {
            SandboxResult result = await inner.RunAsync(command, cancellationToken).ConfigureAwait(false);
            telemetry.Ended(command.Program, result, activity);
            return result;
        }
        catch (Exception exception)
        {
            telemetry.CommandFailed(command, Id, exception, activity);
            throw;
        }
    }
}
