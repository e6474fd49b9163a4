using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Isolation;

/// <summary>
/// Tells whether sandboxes can be had, by making one and removing it. Registered with
/// <c>services.AddHealthChecks().AddIsolation()</c>; see docs/telemetry.md for what it tells.
/// </summary>
/// <remarks>
/// Checks that are asked for at once run one after the other. A check that hangs in the host is given up at its
/// timeout, and no other sandbox is asked for until it has come to an end and what it made is gone: a host in trouble
/// is not asked for more.
/// </remarks>
[SuppressMessage(
    "Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing to give back.")]
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
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>A check of a provider.</summary>
    /// <param name="provider">Who makes the sandbox.</param>
    /// <param name="options">What is tried. Default: a sandbox with an empty root, for at most 10 seconds.</param>
    /// <param name="profiles">Where <see cref="IsolationHealthCheckOptions.Profile"/> is looked up. Default:
    /// none.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">The options contradict themselves, or name a profile where there are no
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
                $"Profile: There are no profiles to look '{options.Profile}' up in.", nameof(profiles));
        }

        _provider = provider;
        _profiles = profiles;
        _time = timeProvider ?? TimeProvider.System;
        _profile = options.Profile;
        _specification = options.Specification ?? Empty;
        _depth = options.Depth;
        _timeout = options.Timeout;
        _notAppliedStatus = options.NotAppliedStatus;
    }

    /// <summary>
    /// Makes a sandbox and removes it, or reads what the host can do (<see cref="IsolationHealthCheckOptions.Depth"/>).
    /// </summary>
    /// <param name="context">Who asks: its registration says the status of a failure, which by default is
    /// unhealthy.</param>
    /// <param name="cancellationToken">Ends the attempt; what it made is removed.</param>
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

            // On a thread of its own: a call that hangs in the host must not take the caller's with it.
            return await Task.Run(() => AttemptAsync(failureStatus, token), CancellationToken.None).WaitAsync(token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
            when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string failed = _depth == HealthCheckDepth.Support
                ? "What the host can do was not found out"
                : "A sandbox did not come up and go";
            return new HealthCheckResult(failureStatus, Text($"{failed} within {_timeout}."), null, Data());
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // Some reasons are sentences and some are the ends of one; several stand in a row here.
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
                failureStatus, $"No sandbox can be had: {exception.Message}", exception, Data(exception));
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
        ImmutableArray<NotApplied> missing;
        await using (sandbox.ConfigureAwait(false))
        {
            missing = sandbox.Report.NotApplied;
        }

        Dictionary<string, object> data = Data();
        data["createDuration"] = duration;
        string text = Text($"A sandbox came up in {duration.TotalMilliseconds:F1} ms");
        if (missing.IsEmpty)
        {
            return HealthCheckResult.Healthy($"{text}.", data);
        }

        string[] sentences = [.. missing.Select(item => Sentence(item.Feature, item.Reason, item.Remedy))];
        data["notApplied"] = sentences;
        return new HealthCheckResult(
            _notAppliedStatus, $"{text}, without what was preferred: {string.Join(" ", sentences)}",
            exception: null, data);
    }

    private HealthCheckResult ReadSupport(HealthStatus failureStatus)
    {
        IsolationSupport support = _provider.Support;
        Dictionary<string, object> data = Data();
        data["notSupported"] = Sentences(support.Features.Where(feature => !feature.IsSupported));
        return support.IsUsable
            ? HealthCheckResult.Healthy("The host can do what a sandbox needs.", data)
            : new HealthCheckResult(
                failureStatus, $"No sandbox can be had: {string.Join(" ", Sentences(support.MissingFeatures))}",
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
