using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Isolation;

/// <summary>
/// Checks whether sandboxes can be created, by creating and removing one. Registered by
/// <c>services.AddHealthChecks().AddIsolation()</c>; for its results, see docs/telemetry.md.
/// </summary>
/// <remarks>
/// Concurrent checks run one after the other. A check that hangs in the kernel is abandoned at its timeout, and no
/// other check starts until it has completed and its sandbox is removed, so that checks do not accumulate on a failing
/// host.
/// </remarks>
[SuppressMessage(
    "Design", "CA1001", Justification = "A SemaphoreSlim holds no resources unless AvailableWaitHandle is used.")]
public sealed class IsolationHealthCheck : IHealthCheck
{
    private static readonly SandboxSpecification Empty = new() { Name = "health-check" };

    private readonly ISandboxProvider _provider;
    private readonly ISandboxProfiles? _profiles;
    private readonly TimeProvider _time;
    private readonly string? _profile;
    private readonly SandboxSpecification _specification;
    private readonly HealthCheckDepth _depth;
    private readonly TimeSpan _timeout;
    private readonly HealthStatus _notAppliedStatus;
    private readonly HealthStatus _noLimitsStatus;
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>Initializes a check of a provider.</summary>
    /// <param name="provider">The provider that creates the sandbox.</param>
    /// <param name="options">The options of the check. Default: a sandbox with an empty root and a timeout of 10
    /// seconds.</param>
    /// <param name="profiles">The profiles that contain <see cref="IsolationHealthCheckOptions.Profile"/>. Default:
    /// none.</param>
    /// <param name="timeProvider">The time provider. Default: the system's.</param>
    /// <exception cref="ArgumentException">The options are invalid, or specify a profile although there are no
    /// profiles.</exception>
    public IsolationHealthCheck(
        ISandboxProvider provider,
        IsolationHealthCheckOptions? options = null,
        ISandboxProfiles? profiles = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        options ??= new IsolationHealthCheckOptions();
        options.Validate();
        if (options.Profile is not null && profiles is null)
        {
            throw new ArgumentException(
                $"Profile: Cannot find '{options.Profile}', because no profiles are available.", nameof(profiles));
        }

        _provider = provider;
        _profiles = profiles;
        _time = timeProvider ?? TimeProvider.System;
        _profile = options.Profile;
        _specification = options.Specification ?? Empty;
        _depth = options.Depth;
        _timeout = options.Timeout;
        _notAppliedStatus = options.NotAppliedStatus;
        _noLimitsStatus = options.NoLimitsStatus;
    }

    /// <summary>
    /// Creates and removes a sandbox, or reads the host's support (<see cref="IsolationHealthCheckOptions.Depth"/>).
    /// </summary>
    /// <param name="context">The context, whose registration specifies the status of a failure (by default,
    /// unhealthy).</param>
    /// <param name="cancellationToken">The token that cancels the check. A sandbox that was created is removed.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        HealthStatus failureStatus = context.Registration?.FailureStatus ?? HealthStatus.Unhealthy;
        using CancellationTokenSource timeout = new(_timeout, _time);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(
            timeout.Token, cancellationToken);
        CancellationToken token = end.Token;
        try
        {
            await _oneAtATime.WaitAsync(token).ConfigureAwait(false);

            // Use another thread, so that a call that hangs in the kernel does not block the caller.
            return await Task.Run(() => AttemptAsync(failureStatus, token), CancellationToken.None).WaitAsync(token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
            when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string failed = _depth == HealthCheckDepth.Support
                ? "Probing the host did not complete"
                : "Creating and removing a sandbox did not complete";
            return new HealthCheckResult(failureStatus, Text($"{failed} within {_timeout}."), null, Data());
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // Some reasons end with a period and some do not.
    private static string Sentence(string what, string reason, string? remedy) =>
        $"{what}: {reason.TrimEnd('.')}. {remedy}".TrimEnd();

    private async Task<HealthCheckResult> AttemptAsync(HealthStatus failureStatus, CancellationToken cancellationToken)
    {
        try
        {
            return _depth == HealthCheckDepth.Support
                ? ReadSupport(failureStatus)
                : await MakeSandboxAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(
                failureStatus, $"A sandbox could not be created: {exception.Message}", exception, Data(exception));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<HealthCheckResult> MakeSandboxAsync(CancellationToken cancellationToken)
    {
        SandboxSpecification specification = _profile is null ? _specification : _profiles!.GetSpecification(_profile);
        long started = _time.GetTimestamp();
        ISandbox sandbox = await _provider.CreateAsync(specification, cancellationToken).ConfigureAwait(false);
        TimeSpan duration = _time.GetElapsedTime(started);
        SandboxReport report;
        await using (sandbox.ConfigureAwait(false))
        {
            report = sandbox.Report;
        }

        Dictionary<string, object> data = Data();
        data["createDuration"] = duration;
        string text = Text($"A sandbox was created in {duration.TotalMilliseconds:F1} ms");
        (HealthStatus status, List<string> weaknesses) = (HealthStatus.Healthy, []);
        if (report.HasNoLimits)
        {
            NotApplied first = report.NotApplied.First(static item => item.IsLimit);
            Add("noLimits", "without limits", _noLimitsStatus, [first]);
        }
        else
        {
            Add("limitsNotApplied", "without some limits", _noLimitsStatus,
                report.NotApplied.Where(static item => item.IsLimit));
        }

        Add("notApplied", "without preferred features", _notAppliedStatus,
            report.NotApplied.Where(static item => !item.IsLimit));
        return new HealthCheckResult(
            status, weaknesses.Count == 0 ? $"{text}." : $"{text}, {string.Join(" And ", weaknesses)}", exception: null,
            data);

        void Add(string key, string weakness, HealthStatus least, IEnumerable<NotApplied> items)
        {
            string[] sentences = [.. items.Select(item => Sentence(item.Feature, item.Reason, item.Remedy))];
            if (sentences.Length > 0)
            {
                data[key] = sentences;
                weaknesses.Add($"{weakness}: {string.Join(" ", sentences)}");
                status = (HealthStatus)Math.Min((int)status, (int)least);
            }
        }
    }

    private HealthCheckResult ReadSupport(HealthStatus failureStatus)
    {
        IsolationSupport support = _provider.Support;
        Dictionary<string, object> data = Data();
        data["notSupported"] = Sentences(support.Features.Where(feature => !feature.IsSupported));
        return support.IsUsable
            ? HealthCheckResult.Healthy("The host supports all required features.", data)
            : new HealthCheckResult(
                failureStatus, $"Sandboxes are not supported: {string.Join(" ", Sentences(support.MissingFeatures))}",
                exception: null, data);

        static string[] Sentences(IEnumerable<FeatureSupport> features) =>
            [.. features.Select(feature => Sentence(feature.Feature.ToString(), feature.Detail, feature.Remedy))];
    }

    private Dictionary<string, object> Data()
    {
        Dictionary<string, object> data = new(StringComparer.Ordinal) { ["provider"] = _provider.Name };
        if (_profile is not null)
        {
            data["profile"] = _profile;
        }

        return data;
    }

    private Dictionary<string, object> Data(Exception exception)
    {
        Dictionary<string, object> data = Data();
        if (exception is SandboxException failure)
        {
            data["stage"] = failure.Stage;
            Add("target", failure.Target);
            Add("error", failure.ErrorName);
            Add("remedy", failure.Remedy);
        }

        return data;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                data[key] = value;
            }
        }
    }
}
