using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Isolation.Linux.Cgroups.Delegation;
using Isolation.Linux.Events;
using Isolation.Linux.Parts;
using Isolation.Linux.Planning;
using Isolation.Linux.Plans;
using Isolation.Linux.Probing;
using Isolation.Linux.Sandboxes;
using Isolation.Linux.Seccomp;
using Isolation.Linux.State;

namespace Isolation.Linux;

/// <summary>Creates sandboxes with features of the Linux kernel such as namespaces, mounts and id maps.</summary>
/// <remarks>
/// Requires Linux 5.12 or newer on x86-64 or arm64. An unprivileged user must be allowed to create user namespaces;
/// root has no further requirements.
/// </remarks>
public sealed class LinuxSandboxProvider : ISandboxProvider
{
    private readonly ConditionalWeakTable<SandboxSpecification, SandboxPlan> _plans = [];
    private readonly DeadlineQueue _deadlines;
    private readonly Lazy<PlanningHost> _host;
    private readonly Lazy<IsolationSupport> _support;
    private readonly string? _stateDirectory;

    /// <summary>
    /// Initializes a new instance of the <see cref="LinuxSandboxProvider"/> class that uses the system clock.
    /// </summary>
    public LinuxSandboxProvider()
        : this(TimeProvider.System)
    {
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="LinuxSandboxProvider"/> class with a clock for time limits.
    /// </summary>
    public LinuxSandboxProvider(TimeProvider timeProvider)
        : this(timeProvider, new LinuxSandboxOptions())
    {
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="LinuxSandboxProvider"/> class with a clock for time limits and
    /// options. Later changes to <paramref name="options"/> have no effect.
    /// </summary>
    public LinuxSandboxProvider(TimeProvider timeProvider, LinuxSandboxOptions options)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(options);
        _deadlines = new DeadlineQueue(timeProvider);
        _stateDirectory = options.StateDirectory;
        HostCgroupDelegation cgroups = new(options.SystemdScope, options.HostGroup);
        _host = new Lazy<PlanningHost>(() => PlanningHost.Of(cgroups));
        _support = new Lazy<IsolationSupport>(() => HostProbe.Current.Support with
        {
            Checker = specification => SpecificationProbe.Check(specification, made => CreateAsync(made)),
        });
    }

    /// <summary>Gets the shared provider for applications without dependency injection.</summary>
    public static LinuxSandboxProvider Default { get; } = new();

    /// <inheritdoc/>
    public string Name => "linux";

    /// <inheritdoc/>
    public IsolationSupport Support => _support.Value;

    /// <inheritdoc/>
    public async Task<ISandbox> CreateAsync(
        SandboxSpecification specification, CancellationToken cancellationToken = default)
    {
        SandboxPlan plan = Prepare(specification, cancellationToken);
        StateDirectory? states = plan.IsDetached ? StateDirectory.Open(_stateDirectory) : null;
        if (states is not null)
        {
            StateVisibility.Check(specification, states.Path);
        }

        return await LinuxSandbox.CreateAsync(specification, plan, _deadlines, states, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<SandboxResult> RunAsync(
        SandboxSpecification specification, SandboxCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ThrowIfDetached(specification);
        SandboxPlan plan = Prepare(specification, cancellationToken);
        command.ValidateForRun(specification);
        if (command.Leftovers == CommandLeftovers.Keep)
        {
            throw new ArgumentException(
                "The sandbox of a single run ends with its command: CommandLeftovers.Keep requires a sandbox from "
                + "CreateAsync.", nameof(command));
        }

        if (command.SystemCalls is { } filter)
        {
            // An invalid filter is reported before anything is created.
            FilterCache.Get(filter);
        }

        return LinuxSandbox.RunOnceAsync(specification, command, plan, _deadlines, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ISandbox> AttachAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ThrowIfNotLinux();
        cancellationToken.ThrowIfCancellationRequested();
        return await DetachedSandboxes.AttachAsync(
            StateDirectory.Open(_stateDirectory), id, _deadlines, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task StopAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ThrowIfNotLinux();
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Run(
            () => DetachedSandboxes.StopAsync(StateDirectory.Open(_stateDirectory), id), CancellationToken.None)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<DetachedSandbox>> ListAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfNotLinux();
        return Task.Run(() => DetachedSandboxes.List(StateDirectory.Open(_stateDirectory)), cancellationToken);
    }

    private static void ThrowIfDetached(SandboxSpecification specification)
    {
        if (specification is { Lifetime: SandboxLifetime.Detached })
        {
            throw new ArgumentException(
                "The sandbox of a single run ends with its command: SandboxLifetime.Detached requires CreateAsync.",
                nameof(specification));
        }
    }

    private static void ThrowIfNotLinux()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException(
                "Isolation.Linux runs on Linux only. On other systems, use FakeSandboxProvider for tests.");
        }
    }

    private SandboxPlan Prepare(SandboxSpecification specification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ThrowIfNotLinux();
        cancellationToken.ThrowIfCancellationRequested();
        if (_plans.TryGetValue(specification, out SandboxPlan? plan))
        {
            return plan;
        }

        specification.Validate();
        plan = SandboxPlanner.Plan(specification, _host.Value);
        if (plan.IsReusable)
        {
            _plans.AddOrUpdate(specification, plan);
        }

        return plan;
    }
}
