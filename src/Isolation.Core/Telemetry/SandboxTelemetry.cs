using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Isolation;

/// <summary>Writes the events of a provider to the log, the instruments and the activities.</summary>
internal sealed class SandboxTelemetry(ILogger logger, IsolationMetrics metrics, TimeProvider time)
{
    private static readonly KeyValuePair<string, object?> Create = new(Operation, "create");
    private static readonly KeyValuePair<string, object?> Start = new(Operation, "start");
    private static readonly KeyValuePair<string, object?> OneShot = new(Operation, "run");

    private const string Operation = "isolation.operation";

    /// <summary>The specifications whose missing features were logged.</summary>
    private readonly ConditionalWeakTable<SandboxSpecification, object> _logged = [];

    // Error is the highest level in use, so a logger that disables it receives nothing.
    public bool IsEnabled =>
        IsolationTelemetry.Activities.HasListeners() || metrics.IsEnabled || logger.IsEnabled(LogLevel.Error);

    public long Now => time.GetTimestamp();

    public static Activity? StartCreate(SandboxSpecification specification)
    {
        Activity? activity = IsolationTelemetry.Activities.StartActivity("isolation.create");
        activity?.SetTag("isolation.sandbox.name", specification?.Name);
        return activity;
    }

    public static Activity? StartRun(SandboxCommand command, string? sandboxId, string? sandboxName)
    {
        Activity? activity = IsolationTelemetry.Activities.StartActivity("isolation.run");
        activity?.SetTag("isolation.program", command?.Program);
        activity?.SetTag("isolation.sandbox.id", sandboxId);
        activity?.SetTag("isolation.sandbox.name", sandboxName);
        return activity;
    }

    public void CreateBegins() => metrics.SandboxStarts.Add(1, Create);

    public void Created(ISandbox sandbox, long started, Activity? activity)
    {
        TimeSpan duration = time.GetElapsedTime(started);
        metrics.SandboxesAlive.Add(1);
        metrics.CreateDuration.Record(duration.TotalSeconds);
        activity?.SetTag("isolation.sandbox.id", sandbox.Id);
        logger.SandboxCreated(sandbox.Id, Escape(sandbox.Specification.Name), duration);
        LogNotApplied(sandbox.Specification, sandbox.Report);
    }

    /// <summary>
    /// Logs the preferred features and limits that a sandbox lacks, once per specification: all sandboxes of one
    /// specification lack the same.
    /// </summary>
    public void LogNotApplied(SandboxSpecification specification, SandboxReport report)
    {
        if (report.NotApplied.IsEmpty || !_logged.TryAdd(specification, specification))
        {
            return;
        }

        string? name = Escape(specification.Name) ?? "an unnamed specification";
        if (report.HasNoLimits)
        {
            NotApplied first = report.NotApplied.First(static missing => missing.IsLimit);
            logger.NoLimits(name, Escape(first.Reason), Escape(first.Remedy));
        }

        foreach (NotApplied missing in report.NotApplied)
        {
            (string what, string reason, string? remedy) =
                (Escape(missing.Feature), Escape(missing.Reason), Escape(missing.Remedy));
            if (!missing.IsLimit)
            {
                logger.NotApplied(name, what, reason, remedy);
            }
            else if (!report.HasNoLimits)
            {
                logger.LimitNotApplied(name, what, reason, remedy);
            }
        }
    }

    public void SandboxFailed(SandboxSpecification specification, Exception exception, Activity? activity)
    {
        if (Failed(Create, exception, activity))
        {
            logger.SandboxFailed(exception, Escape(specification?.Name), Escape(exception.Message));
        }
    }

    public void Disposed(string sandboxId, Exception? failure)
    {
        metrics.SandboxesAlive.Add(-1);
        if (failure is null)
        {
            logger.SandboxDisposed(sandboxId);
        }
        else
        {
            logger.SandboxDisposeFailed(failure, sandboxId);
        }
    }

    public void RunBegins()
    {
        metrics.CommandStarts.Add(1, Start);
        metrics.CommandsRunning.Add(1);
    }

    // A provider does not report when the sandbox of a one-shot run was created, so the sandbox counts as alive for the
    // duration of the run.
    public void OneShotBegins()
    {
        metrics.SandboxStarts.Add(1, OneShot);
        metrics.SandboxesAlive.Add(1);
        metrics.CommandStarts.Add(1, OneShot);
        metrics.CommandsRunning.Add(1);
    }

    public void OneShotEnds() => metrics.SandboxesAlive.Add(-1);

    public void Started(SandboxCommand command, string sandboxId, int processId, long started)
    {
        metrics.StartDuration.Record(time.GetElapsedTime(started).TotalSeconds);
        logger.CommandStarted(Escape(command.Program), sandboxId, processId);
    }

    public void CommandFailed(SandboxCommand command, string sandboxId, Exception exception, Activity? activity)
    {
        metrics.CommandsRunning.Add(-1);
        if (Failed(Start, exception, activity))
        {
            logger.CommandFailed(exception, Escape(command?.Program) ?? "", sandboxId, Escape(exception.Message));
        }
    }

    public void OneShotFailed(SandboxSpecification specification, Exception exception, Activity? activity)
    {
        metrics.CommandsRunning.Add(-1);
        if (Failed(OneShot, exception, activity))
        {
            logger.SandboxFailed(exception, Escape(specification?.Name), Escape(exception.Message));
        }
    }

    public void Ended(string program, SandboxResult result, Activity? activity)
    {
        KeyValuePair<string, object?> outcome = new("isolation.outcome", Names.Of(result.Outcome));
        metrics.CommandsRunning.Add(-1);
        metrics.CommandsEnded.Add(1, outcome);
        metrics.CommandDuration.Record(result.WallTime.TotalSeconds, outcome);
        metrics.RecordUsage(result, outcome);
        if (activity is not null)
        {
            activity.SetTag("isolation.outcome", outcome.Value);
            activity.SetTag("isolation.exit_code", result.ExitCode);
            activity.SetTag("isolation.signal", result.Signal?.ToString());
        }

        if (result.Outcome is SandboxOutcome.Completed or SandboxOutcome.Signaled or SandboxOutcome.Canceled)
        {
            logger.CommandEnded(Escape(program), result.WallTime, result.Outcome, result.ExitCode, result.Signal);
        }
        else
        {
            logger.CommandStopped(Escape(program), result.WallTime, result.Outcome);
        }
    }

    /// <summary>Escapes text, because an application may pass on names that a payload chose.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    private static string? Escape(string? text) => text is null ? null : UntrustedText.Escape(text);

    // A cancellation by the application is not a failure.
    private bool Failed(in KeyValuePair<string, object?> operation, Exception exception, Activity? activity)
    {
        if (exception is OperationCanceledException)
        {
            return false;
        }

        if (metrics.Failures.Enabled)
        {
            metrics.Failures.Add(
                1,
                operation,
                new("isolation.stage", FailureStage.Of(exception)),
                new("error.type", FailureStage.TypeOf(exception)));
        }

        activity?.SetTag("error.type", FailureStage.TypeOf(exception));
        activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
        return true;
    }

    private static class Names
    {
        // Enum.ToString allocates a string for each call, and this dimension is written for every command.
        private static readonly string[] All = Enum.GetNames<SandboxOutcome>();

        public static string Of(SandboxOutcome outcome) =>
            (uint)outcome < (uint)All.Length ? All[(int)outcome] : outcome.ToString();
    }
}
