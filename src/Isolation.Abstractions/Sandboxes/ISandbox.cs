using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Represents a sandbox that runs commands until it is disposed. All members are safe for concurrent use.
/// </summary>
/// <remarks>
/// The disposal of a sandbox with <see cref="SandboxLifetime.Detached"/> only releases it: the sandbox and its commands
/// continue, and an application can attach again. <see cref="StopAsync"/> ends it.
/// </remarks>
public interface ISandbox : IAsyncDisposable
{
    /// <summary>
    /// Gets an identifier that is unique among the sandboxes of this application and, as far as possible, of the host.
    /// </summary>
    string Id { get; }

    /// <summary>Gets the specification from which the sandbox was created.</summary>
    SandboxSpecification Specification { get; }

    /// <summary>Gets the report of the applied steps and of the preferred features that were not available.</summary>
    SandboxReport Report { get; }

    /// <summary>Gets the process id of the sandbox's first process, as seen on the host.</summary>
    int ProcessId { get; }

    /// <summary>
    /// Gets a task that completes when the sandbox can no longer run commands because it was disposed or its first
    /// process was killed, by any process. The task never fails, and the property always returns the same task.
    /// </summary>
    Task Ended { get; }

    /// <summary>
    /// Gets the commands whose processes exist, in the order of their start. In a sandbox with
    /// <see cref="SandboxLifetime.Detached"/> a command stays in the list, also after it has ended, until its process
    /// is disposed or <see cref="RunAsync"/> has returned its result: so its result is not lost if the application
    /// ends.
    /// </summary>
    ImmutableArray<ISandboxProcess> Processes { get; }

    /// <summary>Gets the operations that copy files into and out of the sandbox.</summary>
    ISandboxFiles Files { get; }

    /// <summary>
    /// Reads the resources that all commands together have used so far. The values come from the sandbox's cgroup if
    /// <see cref="SandboxSpecification.Limits"/> is set; otherwise only the CPU time of commands that have ended is
    /// available.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    SandboxUsage ReadUsage();

    /// <summary>
    /// Gets the current limits: those of the specification until <see cref="ChangeLimitsAsync"/> replaces them.
    /// </summary>
    SandboxLimits? Limits { get; }

    /// <summary>
    /// Replaces all limits of the sandbox; limits that are not set in <paramref name="limits"/> are removed. Running
    /// commands continue under the new limits. Create them with <c>sandbox.Limits with { … }</c>.
    /// </summary>
    /// <remarks>
    /// If a limit cannot be applied, the previous limits stay in force. With cgroup v1, a limit whose controller was
    /// not used before makes the sandbox join another cgroup, and waits for commands that are starting.
    /// </remarks>
    /// <param name="limits">
    /// The new limits. <see cref="SandboxLimits.ParentGroup"/> and <see cref="SandboxLimits.CgroupPath"/> must not
    /// change.
    /// </param>
    /// <param name="cancellationToken">A token that cancels the wait before any limit is changed.</param>
    /// <returns>The preferred limits that are not available.</returns>
    /// <exception cref="SandboxException">
    /// A limit cannot be applied, or the sandbox has no cgroups because its specification has no limits.
    /// </exception>
    /// <exception cref="SandboxSpecificationException">The limits are invalid.</exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    Task<ImmutableArray<NotApplied>> ChangeLimitsAsync(
        SandboxLimits limits, CancellationToken cancellationToken = default);

    /// <summary>
    /// Suspends all commands until <see cref="ThawAsync"/> is called, and returns when every process is suspended. A
    /// command that is started in the meantime begins to run after thawing. Wall time continues to count, and suspended
    /// commands can still be killed.
    /// </summary>
    /// <remarks>
    /// Uses <c>cgroup.freeze</c> of cgroup v2 (Linux 5.2), also in combination with v1 controllers, or
    /// <c>freezer.state</c> of cgroup v1, which is polled every millisecond until the freeze is complete.
    /// </remarks>
    /// <param name="cancellationToken">A token that cancels the freeze and lets the commands continue.</param>
    /// <exception cref="SandboxException">
    /// The host does not support freezing, or the sandbox has no cgroups: set
    /// <see cref="SandboxSpecification.Limits"/>, even without any limit.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    Task FreezeAsync(CancellationToken cancellationToken = default);

    /// <summary>Resumes all commands.</summary>
    /// <inheritdoc cref="FreezeAsync" path="/exception"/>
    Task ThawAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Reports the events of the sandbox until it is disposed. Past events are reported first: counts since the sandbox
    /// was created, and whether it is frozen or empty. Events are pushed by the kernel; nothing is polled.
    /// </summary>
    /// <param name="watch">The events to report, or null to report all events that the host supports.</param>
    /// <param name="cancellationToken">
    /// A token that ends the stream with <see cref="OperationCanceledException"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// <paramref name="watch"/> is invalid; see <see cref="SandboxWatch.Validate"/>.
    /// </exception>
    /// <exception cref="SandboxException">
    /// The host does not support an event specified in <paramref name="watch"/>. Thrown when the first event is
    /// requested.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    IAsyncEnumerable<SandboxEvent> WatchAsync(
        SandboxWatch? watch = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts a command and returns when its program is about to execute its first instruction. Any number of commands
    /// can run at the same time.
    /// </summary>
    /// <exception cref="SandboxException">
    /// The command cannot be started: the program or the directory does not exist, or a limit cannot be set.
    /// </exception>
    /// <exception cref="SandboxSpecificationException">The command is invalid; every error is listed.</exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; the command was killed.</exception>
    Task<ISandboxProcess> StartAsync(SandboxCommand command, CancellationToken cancellationToken = default);

    /// <summary>Starts a command and waits until it exits.</summary>
    /// <remarks>
    /// Canceling the token kills the command and all its descendants, and returns a result with
    /// <see cref="SandboxOutcome.Canceled"/>; only a token that is canceled before the start throws an exception.
    /// Commands with <see cref="InputSource.Pipe"/>, <see cref="OutputTarget.Pipe"/>, a
    /// <see cref="SandboxCommand.Channel"/> or a <see cref="SandboxCommand.Terminal"/> are rejected because the caller
    /// could not use them.
    /// </remarks>
    /// <inheritdoc cref="StartAsync" path="/exception"/>
    Task<SandboxResult> RunAsync(SandboxCommand command, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends the sandbox: kills all of its processes and removes everything that belongs to it. With
    /// <see cref="SandboxLifetime.Application"/>, disposal does the same.
    /// </summary>
    /// <param name="cancellationToken">A token that cancels the wait. The sandbox ends nevertheless.</param>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    Task StopAsync(CancellationToken cancellationToken = default);
}
