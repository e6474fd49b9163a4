using System.Collections.Immutable;

namespace Isolation;

/// <summary>Creates sandboxes on one kind of host. All members are safe for concurrent use.</summary>
public interface ISandboxProvider
{
    /// <summary>Gets a short name for logs, such as <c>linux</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Gets the features that this host supports. Creates no sandbox. The result is determined once and cached.
    /// </summary>
    IsolationSupport Support { get; }

    /// <summary>Creates a sandbox, either completely or not at all.</summary>
    /// <exception cref="SandboxException">
    /// A required feature is not available; everything created so far was removed.
    /// </exception>
    /// <exception cref="SandboxSpecificationException">The specification is invalid; every error is listed.</exception>
    /// <exception cref="PlatformNotSupportedException">The provider does not support this operating system.</exception>
    /// <exception cref="OperationCanceledException">
    /// The token was canceled; everything created so far was removed.
    /// </exception>
    Task<ISandbox> CreateAsync(SandboxSpecification specification, CancellationToken cancellationToken = default);

    /// <summary>
    /// Creates a sandbox, runs one command in it, and disposes it. The payload sees no difference from separate calls,
    /// but a single call is faster. When the task completes, the sandbox has been removed completely.
    /// </summary>
    /// <inheritdoc cref="CreateAsync" path="/exception"/>
    /// <inheritdoc cref="ISandbox.RunAsync" path="/remarks"/>
    Task<SandboxResult> RunAsync(
        SandboxSpecification specification, SandboxCommand command, CancellationToken cancellationToken = default);

    /// <summary>
    /// Attaches to a sandbox with <see cref="SandboxLifetime.Detached"/> that this or another process of the same user
    /// has created. One application at a time is attached to a sandbox.
    /// </summary>
    /// <remarks>
    /// The limits of time of running commands are enforced again, counted from their start. Results of commands that
    /// ended meanwhile are complete, except for streams; see <see cref="ISandbox.Processes"/>.
    /// </remarks>
    /// <param name="id">The <see cref="ISandbox.Id"/> of the sandbox.</param>
    /// <param name="cancellationToken">A token that cancels the wait. The sandbox is not affected.</param>
    /// <exception cref="SandboxException">
    /// There is no such sandbox, another application is attached to it, or its recorded state does not match the
    /// running sandbox: it is from another boot, user or PID namespace, or from an incompatible version of the library.
    /// </exception>
    /// <exception cref="ArgumentException">The id is empty or cannot be the id of a sandbox.</exception>
    /// <exception cref="NotSupportedException">The provider has no detached sandboxes.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    Task<ISandbox> AttachAsync(string id, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException($"The provider \"{Name}\" has no detached sandboxes.");

    /// <summary>
    /// Ends a sandbox with <see cref="SandboxLifetime.Detached"/> without attaching to it, and removes everything that
    /// belongs to it. This is possible even if no application can attach, for example because the recorded state is
    /// damaged or from another version of the library, or because the sandbox's first process does not answer.
    /// </summary>
    /// <param name="id">The <see cref="ISandbox.Id"/> of the sandbox.</param>
    /// <param name="cancellationToken">A token that cancels the wait. The sandbox ends nevertheless.</param>
    /// <exception cref="SandboxException">
    /// There is no such sandbox, an application is attached to it, or its first process cannot be found: the recorded
    /// state is damaged beyond that, or the sandbox is in another PID namespace.
    /// </exception>
    /// <exception cref="ArgumentException">The id is empty or cannot be the id of a sandbox.</exception>
    /// <exception cref="NotSupportedException">The provider has no detached sandboxes.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    async Task StopAsync(string id, CancellationToken cancellationToken = default)
    {
        ISandbox sandbox = await AttachAsync(id, cancellationToken).ConfigureAwait(false);
        await sandbox.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Lists the sandboxes with <see cref="SandboxLifetime.Detached"/> of this user, in the order of their creation.
    /// The remains of those that have ended are removed.
    /// </summary>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <exception cref="SandboxException">The directory with the recorded states cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    Task<ImmutableArray<DetachedSandbox>> ListAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(ImmutableArray<DetachedSandbox>.Empty);
}
