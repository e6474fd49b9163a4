namespace Isolation;

/// <summary>Makes sandboxes on one kind of host. Safe for use from many threads at once.</summary>
public interface ISandboxProvider
{
    /// <summary>A short name for logs, such as <c>linux</c>.</summary>
    string Name { get; }

    /// <summary>What this host can do. Makes no sandbox. The answer is found once and kept.</summary>
    IsolationSupport Support { get; }

    /// <summary>Makes a sandbox. It comes up whole or not at all.</summary>
    /// <exception cref="SandboxException">Something asked for cannot be had; nothing is left of the
    /// attempt.</exception>
    /// <exception cref="SandboxSpecificationException">The specification contradicts itself; every error is
    /// listed.</exception>
    /// <exception cref="PlatformNotSupportedException">The provider does not work on this operating system.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; nothing is left of the attempt.</exception>
    Task<ISandbox> CreateAsync(SandboxSpecification specification, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a sandbox, runs one command in it and disposes it. The same for the payload as create, run and dispose,
    /// but faster. When the task ends nothing of the sandbox is left.
    /// </summary>
    /// <inheritdoc cref="CreateAsync" path="/exception"/>
    /// <inheritdoc cref="ISandbox.RunAsync" path="/remarks"/>
    Task<SandboxResult> RunAsync(
        SandboxSpecification specification, SandboxCommand command, CancellationToken cancellationToken = default);
}
