using Microsoft.Extensions.Logging;

namespace Isolation;

/// <summary>Provides all log messages.</summary>
/// <remarks>
/// Event IDs are part of the public contract and are never reused for another message. Arguments and environments of
/// commands are never logged, because they often contain secrets.
/// </remarks>
internal static partial class LogMessages
{
    [LoggerMessage(
        1001, LogLevel.Debug, "Sandbox {SandboxId} ({SandboxName}) was created in {Duration}.",
        EventName = "SandboxCreated")]
    public static partial void SandboxCreated(
        this ILogger logger, string sandboxId, string? sandboxName, TimeSpan duration);

    [LoggerMessage(
        1002, LogLevel.Error, "A sandbox ({SandboxName}) could not be created: {Reason}",
        EventName = "SandboxFailed")]
    public static partial void SandboxFailed(
        this ILogger logger, Exception exception, string? sandboxName, string reason);

    [LoggerMessage(
        1003, LogLevel.Information, "Sandboxes of {SandboxName} lack a preferred feature: {What}. {Reason} {Remedy}",
        EventName = "NotApplied")]
    public static partial void NotApplied(
        this ILogger logger, string? sandboxName, string what, string reason, string? remedy);

    [LoggerMessage(1004, LogLevel.Debug, "Sandbox {SandboxId} was removed.", EventName = "SandboxDisposed")]
    public static partial void SandboxDisposed(this ILogger logger, string sandboxId);

    [LoggerMessage(
        1005, LogLevel.Error, "Sandbox {SandboxId} could not be removed.", EventName = "SandboxDisposeFailed")]
    public static partial void SandboxDisposeFailed(this ILogger logger, Exception exception, string sandboxId);

    [LoggerMessage(
        1006, LogLevel.Warning,
        "Sandboxes of {SandboxName} run without limits and can use all of the machine. {Reason} {Remedy}",
        EventName = "NoLimits")]
    public static partial void NoLimits(this ILogger logger, string? sandboxName, string reason, string? remedy);

    [LoggerMessage(
        1007, LogLevel.Warning, "Sandboxes of {SandboxName} lack a limit: {What}. {Reason} {Remedy}",
        EventName = "LimitNotApplied")]
    public static partial void LimitNotApplied(
        this ILogger logger, string? sandboxName, string what, string reason, string? remedy);

    [LoggerMessage(
        2001, LogLevel.Debug, "Command {Program} started in sandbox {SandboxId} as process {ProcessId}.",
        EventName = "CommandStarted")]
    public static partial void CommandStarted(this ILogger logger, string program, string sandboxId, int processId);

    [LoggerMessage(
        2002, LogLevel.Error, "Command {Program} could not be started in sandbox {SandboxId}: {Reason}",
        EventName = "CommandFailed")]
    public static partial void CommandFailed(
        this ILogger logger, Exception exception, string program, string sandboxId, string reason);

    [LoggerMessage(
        2003, LogLevel.Debug,
        "Command {Program} ended after {Duration}: {Outcome}, exit code {ExitCode}, signal {Signal}.",
        EventName = "CommandEnded")]
    public static partial void CommandEnded(
        this ILogger logger, string program, TimeSpan duration, SandboxOutcome outcome, int? exitCode,
        UnixSignal? signal);

    [LoggerMessage(
        2004, LogLevel.Information, "Command {Program} was stopped after {Duration}: {Outcome}.",
        EventName = "CommandStopped")]
    public static partial void CommandStopped(
        this ILogger logger, string program, TimeSpan duration, SandboxOutcome outcome);

    [LoggerMessage(
        3001, LogLevel.Warning, "The pool {Pool} could not create a sandbox and will retry after {Delay}.",
        EventName = "PoolCreateFailed")]
    public static partial void PoolCreateFailed(this ILogger logger, Exception exception, string pool, TimeSpan delay);

    [LoggerMessage(
        3002, LogLevel.Warning,
        "Sandbox {SandboxId} of the pool {Pool} ended before use and will be replaced.",
        EventName = "PoolSandboxLost")]
    public static partial void PoolSandboxLost(this ILogger logger, string pool, string sandboxId);

    [LoggerMessage(
        3003, LogLevel.Error, "Sandbox {SandboxId} of the pool {Pool} could not be removed.",
        EventName = "PoolRemoveFailed")]
    public static partial void PoolRemoveFailed(
        this ILogger logger, Exception exception, string pool, string sandboxId);

    [LoggerMessage(
        3004, LogLevel.Warning,
        "{Count} sandboxes of the pool {Pool} were still in use after {DrainTime} and are being removed.",
        EventName = "PoolDrainTimedOut")]
    public static partial void PoolDrainTimedOut(this ILogger logger, string pool, int count, TimeSpan drainTime);
}
