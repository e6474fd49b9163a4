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
}
