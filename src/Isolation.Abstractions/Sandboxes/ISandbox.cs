using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// A sandbox that is up and runs commands until it is disposed. Safe for use from many threads at once.
/// </summary>
public interface ISandbox : IAsyncDisposable
{
    /// <summary>Unique among the sandboxes of this host process and, as far as can be, of the machine.</summary>
    string Id { get; }

    /// <summary>What it was made from.</summary>
    SandboxSpecification Specification { get; }

    /// <summary>What was applied and what was preferred but could not be had.</summary>
    SandboxReport Report { get; }

    /// <summary>The id that the host sees for the sandbox's first process.</summary>
    int ProcessId { get; }

    /// <summary>
    /// Completes when no command can run in it any more: it was disposed, or its first process was killed, whoever did
    /// it. Never fails, and always stays the same task.
    /// </summary>
    Task Ended { get; }

    /// <summary>Puts files in and takes files out.</summary>
    ISandboxFiles Files { get; }

    /// <summary>
    /// What all commands together have used so far: from the sandbox's control group where
    /// <see cref="SandboxSpecification.Limits"/> is set, else CPU time of those that have ended. Once the sandbox is
    /// disposed it tells nothing more.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    SandboxUsage ReadUsage();

    /// <summary>The limits as they are now: those of the specification until <see cref="ChangeLimitsAsync"/>.</summary>
    SandboxLimits? Limits { get; }

    /// <summary>
    /// Puts other limits in the place of all that the sandbox has; those that are no longer set are taken back. What
    /// runs goes on under the new ones. Make them with <c>sandbox.Limits with { … }</c>.
    /// </summary>
    /// <remarks>
    /// When one cannot be had, those that were there stay. On v1 a limit whose controller no limit needed before makes
    /// the sandbox join a further group, and waits for commands that are being started.
    /// </remarks>
    /// <param name="limits">All limits from now on. <see cref="SandboxLimits.ParentGroup"/> must be what it
    /// was.</param>
    /// <param name="cancellationToken">Ends the waiting before anything is changed.</param>
    /// <returns>What was preferred and could not be had.</returns>
    /// <exception cref="SandboxException">
    /// One cannot be had; or the sandbox has no control groups, since its specification had no limits.
    /// </exception>
    /// <exception cref="SandboxSpecificationException">The limits contradict themselves.</exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    Task<ImmutableArray<NotApplied>> ChangeLimitsAsync(
        SandboxLimits limits, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops all commands where they are, until <see cref="ThawAsync"/>. Returns when every one stands still. A command
    /// that is started meanwhile starts when they go on. Wall time goes on. What is killed ends all the same.
    /// </summary>
    /// <remarks>
    /// v2 <c>cgroup.freeze</c> (Linux 5.2), also beside controllers of v1; v1 <c>freezer.state</c>, of which the end is
    /// looked for each millisecond.
    /// </remarks>
    /// <param name="cancellationToken">When canceled, commands go on.</param>
    /// <exception cref="SandboxException">The host cannot, or the sandbox has no control groups: set
    /// <see cref="SandboxSpecification.Limits"/>, an empty one is enough.</exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    Task FreezeAsync(CancellationToken cancellationToken = default);

    /// <summary>Lets all commands go on.</summary>
    /// <inheritdoc cref="FreezeAsync" path="/exception"/>
    Task ThawAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Tells what happens to the sandbox, until it is disposed. What had happened before is told first: counts since
    /// the sandbox was made, and that it is frozen or empty. Nothing is asked for again and again: the kernel tells.
    /// </summary>
    /// <param name="watch">What to tell of; null: all that the host can tell.</param>
    /// <param name="cancellationToken">Ends the stream with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="watch"/> contradicts itself, see
    /// <see cref="SandboxWatch.Validate"/>.</exception>
    /// <exception cref="SandboxException">Something that is named in <paramref name="watch"/> cannot be told; thrown
    /// when the first event is asked for.</exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    IAsyncEnumerable<SandboxEvent> WatchAsync(
        SandboxWatch? watch = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts a command; any number may run at once. Returns when the program's first instruction is due.
    /// </summary>
    /// <exception cref="SandboxException">The command can't be started: no such program, no such directory, a limit
    /// that can't be set.</exception>
    /// <exception cref="SandboxSpecificationException">The command contradicts itself; every error is
    /// listed.</exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; the command was killed.</exception>
    Task<ISandboxProcess> StartAsync(SandboxCommand command, CancellationToken cancellationToken = default);

    /// <summary>Starts a command and waits for its end.</summary>
    /// <remarks>
    /// A command that is canceled through the token is killed with all that it started, and the result says so
    /// (<see cref="SandboxOutcome.Canceled"/>); only a token that is canceled before the start throws. Commands with
    /// <see cref="InputSource.Pipe"/>, <see cref="OutputTarget.Pipe"/>, a <see cref="SandboxCommand.Channel"/> or a
    /// <see cref="SandboxCommand.Terminal"/> are refused: nobody could use it.
    /// </remarks>
    /// <inheritdoc cref="StartAsync" path="/exception"/>
    Task<SandboxResult> RunAsync(SandboxCommand command, CancellationToken cancellationToken = default);
}
