using System.Runtime.CompilerServices;
using Isolation.Linux.Cgroups.Delegation;
using Isolation.Linux.Events;
using Isolation.Linux.Host;
using Isolation.Linux.Planning;
using Isolation.Linux.Plans;
using Isolation.Linux.Probing;
using Isolation.Linux.Sandboxes;
using Isolation.Linux.Seccomp;

namespace Isolation.Linux;

/// <summary>
/// Makes sandboxes with the Linux kernel's own means: namespaces, mounts, id maps. Needs Linux 5.12 on x86-64 or arm64;
/// an ordinary user needs to be allowed to make user namespaces, root needs nothing.
/// </summary>
public sealed class LinuxSandboxProvider : ISandboxProvider
{
    private readonly ConditionalWeakTable<SandboxSpecification, CompiledSetup> _compiled = [];
    private readonly DeadlineQueue _deadlines;
    private readonly HostCgroupDelegation _groups;

    /// <summary>A provider with the system's clock.</summary>
    public LinuxSandboxProvider()
        : this(TimeProvider.System)
    {
    }

    /// <summary>A provider with a clock for time limits.</summary>
    public LinuxSandboxProvider(TimeProvider timeProvider)
        : this(timeProvider, new LinuxSandboxOptions())
    {
    }

    /// <summary>A provider with options of its own. Later changes to them have no effect.</summary>
    public LinuxSandboxProvider(TimeProvider timeProvider, LinuxSandboxOptions options)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(options);
        _deadlines = new DeadlineQueue(timeProvider);
        _groups = new HostCgroupDelegation(options.SystemdScope, options.HostGroup);
    }

    /// <summary>The provider for applications without dependency injection.</summary>
    public static LinuxSandboxProvider Default { get; } = new();

    /// <inheritdoc/>
    public string Name => "linux";

    /// <inheritdoc/>
    public IsolationSupport Support => HostProbe.Current.Support;

    /// <inheritdoc/>
    public async Task<ISandbox> CreateAsync(
        SandboxSpecification specification, CancellationToken cancellationToken = default)
    {
        CompiledSetup setup = Prepare(specification, cancellationToken);
        return await LinuxSandbox.CreateAsync(specification, setup, _deadlines, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<SandboxResult> RunAsync(
        SandboxSpecification specification, SandboxCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        CompiledSetup setup = Prepare(specification, cancellationToken);
        command.ValidateForRun(specification);
        if (command.Leftovers == CommandLeftovers.Keep)
        {
            throw new ArgumentException(
                "The sandbox of a single run ends with its command: CommandLeftovers.Keep requires a sandbox from "
                + "CreateAsync.", nameof(command));
        }

        if (command.SystemCalls is { } filter)
        {
            // Its errors are to be told before anything is made.
            FilterCache.Get(filter);
        }

        return LinuxSandbox.RunOnceAsync(specification, command, setup, _deadlines, cancellationToken);
    }

    private CompiledSetup Prepare(SandboxSpecification specification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException(
                "Isolation.Linux makes sandboxes on Linux only. On other systems, use FakeSandboxProvider for tests.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (_compiled.TryGetValue(specification, out CompiledSetup? compiled)
            && compiled.Cgroups is null or { IsUsable: true })
        {
            return compiled;
        }

        specification.Validate();
        compiled = SetupCompiler.Compile(specification, ProcessCredentials.Current, _groups);
        if (compiled.IsReusable)
        {
            _compiled.AddOrUpdate(specification, compiled);
        }

        return compiled;
    }
}
