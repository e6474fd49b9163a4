using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Isolation;

/// <summary>Adds logs, metrics and activities to any provider; see <see cref="IsolationTelemetry"/>.</summary>
/// <remarks>
/// Runs have no additional cost if there are no listeners. Dependency injection adds this class automatically;
/// otherwise, use <c>new InstrumentedSandboxProvider(provider)</c>.
/// </remarks>
public sealed class InstrumentedSandboxProvider : ISandboxProvider
{
    private readonly ISandboxProvider _inner;
    private readonly CommandDefaults _defaults;
    private readonly SandboxTelemetry _telemetry;

    /// <summary>Initializes a provider with telemetry.</summary>
    /// <param name="inner">The provider that creates the sandboxes.</param>
    /// <param name="logger">The logger. Default: none.</param>
    /// <param name="meterFactory">The factory of the meter. Default: one meter for the whole process.</param>
    /// <param name="timeProvider">The time provider for durations. Default: the system's.</param>
    public InstrumentedSandboxProvider(
        ISandboxProvider inner,
        ILogger<InstrumentedSandboxProvider>? logger = null,
        IMeterFactory? meterFactory = null,
        TimeProvider? timeProvider = null)
        : this(inner, CommandDefaults.None, logger, meterFactory, timeProvider)
    {
    }

    internal InstrumentedSandboxProvider(
        ISandboxProvider inner, CommandDefaults defaults, ILogger? logger, IMeterFactory? meterFactory,
        TimeProvider? timeProvider)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _defaults = defaults;
        _telemetry = new SandboxTelemetry(
            logger ?? NullLogger.Instance, IsolationMetrics.Of(meterFactory), timeProvider ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public IsolationSupport Support => _inner.Support;

    /// <inheritdoc/>
    public async Task<ISandbox> CreateAsync(
        SandboxSpecification specification, CancellationToken cancellationToken = default)
    {
        using Activity? activity = SandboxTelemetry.StartCreate(specification);
        long started = _telemetry.Now;
        _telemetry.CreateBegins();
        try
        {
            ISandbox sandbox = await _inner.CreateAsync(specification, cancellationToken).ConfigureAwait(false);
            _telemetry.Created(sandbox, started, activity);
            return new InstrumentedSandbox(sandbox, _defaults, _telemetry);
        }
        catch (Exception exception)
        {
            _telemetry.SandboxFailed(specification, exception, activity);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<SandboxResult> RunAsync(
        SandboxSpecification specification, SandboxCommand command, CancellationToken cancellationToken = default)
    {
        SandboxCommand complete = _defaults.Apply(command);
        return _telemetry.IsEnabled
            ? RunObservedAsync(specification, complete, cancellationToken)
            : _inner.RunAsync(specification, complete, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ISandbox> AttachAsync(string id, CancellationToken cancellationToken = default)
    {
        long started = _telemetry.Now;
        ISandbox sandbox = await _inner.AttachAsync(id, cancellationToken).ConfigureAwait(false);
        _telemetry.CreateBegins();
        _telemetry.Created(sandbox, started, null);
        return new InstrumentedSandbox(sandbox, _defaults, _telemetry);
    }

    /// <inheritdoc/>
    public Task StopAsync(string id, CancellationToken cancellationToken = default) =>
        _inner.StopAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<DetachedSandbox>> ListAsync(CancellationToken cancellationToken = default) =>
        _inner.ListAsync(cancellationToken);

    private async Task<SandboxResult> RunObservedAsync(
        SandboxSpecification specification, SandboxCommand command, CancellationToken cancellationToken)
    {
        using Activity? activity = SandboxTelemetry.StartRun(command, sandboxId: null, specification?.Name);
        _telemetry.OneShotBegins();
        try
        {
            SandboxResult result = await _inner.RunAsync(specification!, command, cancellationToken)
                .ConfigureAwait(false);
            _telemetry.Ended(command.Program, result, activity);
            if (result.Report is { } report)
            {
                _telemetry.LogNotApplied(specification!, report);
            }

            return result;
        }
        catch (Exception exception)
        {
            _telemetry.OneShotFailed(specification!, exception, activity);
            throw;
        }
        finally
        {
            _telemetry.OneShotEnds();
        }
    }
}
