using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Builds a <see cref="SandboxSpecification"/>. <c>With…</c> methods replace a value, or refine it if they take a
/// delegate; <c>Add…</c> methods append to it. Each method throws if its arguments are invalid; <see cref="Build"/>
/// throws if parts contradict each other, and makes the builder read-only. The builder is not thread-safe; the
/// specification that it builds is.
/// </summary>
public sealed partial class SandboxBuilder
{
    private SandboxSpecification _specification;
    private bool _isBuilt;

    /// <summary>
    /// Initializes a builder with the default specification: new namespaces of every kind except time, and an empty
    /// root.
    /// </summary>
    public SandboxBuilder()
        : this(new SandboxSpecification())
    {
    }

    /// <summary>Initializes a builder with the values of a specification. The specification is not changed.</summary>
    public SandboxBuilder(SandboxSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        _specification = specification with
        {
            Mounts = specification.Mounts.IsDefault ? [] : specification.Mounts,
            MaskedPaths = specification.MaskedPaths.IsDefault ? [] : specification.MaskedPaths,
            ReadOnlyPaths = specification.ReadOnlyPaths.IsDefault ? [] : specification.ReadOnlyPaths,
        };
    }

    /// <summary>Sets the name that is used in logs and in the process list of the host. Default: none.</summary>
    public SandboxBuilder WithName(string? name)
    {
        PartialValidator.Check(plain => plain with { Name = name });
        return Set(_specification with { Name = name });
    }

    /// <summary>
    /// Sets what ends the sandbox. Default: <see cref="SandboxLifetime.Application"/>.
    /// </summary>
    /// <exception cref="SandboxSpecificationException">The value is undefined, or the name does not fit.</exception>
    public SandboxBuilder WithLifetime(SandboxLifetime lifetime)
    {
        PartialValidator.Check(plain => plain with { Lifetime = lifetime });
        return Set(_specification with { Lifetime = lifetime });
    }

    /// <summary>
    /// Sets the mapping of IDs in the sandbox to IDs on the host. Default: <see cref="IdMap.Automatic"/>.
    /// </summary>
    public SandboxBuilder WithIdMap(IdMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Set(_specification with { IdMap = map });
    }

    /// <summary>Sets the mapping of IDs in the sandbox to IDs on the host by ranges.</summary>
    public SandboxBuilder WithIdMap(Action<IdMapBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        IdMapBuilder builder = new();
        build(builder);
        return WithIdMap(builder.Build());
    }

    /// <summary>Sets the user of commands that specify none. Default: 1000:1000.</summary>
    public SandboxBuilder WithUser(SandboxUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        PartialValidator.Check(
            plain =>
                plain with
                {
                    User = user,
                    Namespaces = user == SandboxUser.SameAsHost
                    ? plain.Namespaces with { User = NamespaceSource.Host }
                    : plain.Namespaces
                });
        return Set(_specification with { User = user });
    }

    /// <summary>Sets the user of commands that specify none. Default: 1000:1000 without supplementary groups.</summary>
    public SandboxBuilder WithUser(uint userId, uint groupId, params ImmutableArray<uint> supplementaryGroups) =>
        WithUser(new SandboxUser(userId, groupId) { SupplementaryGroups = supplementaryGroups });

    /// <summary>Sets the capabilities of commands that specify none. Default: none.</summary>
    public SandboxBuilder WithCapabilities(CapabilitySets sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        PartialValidator.Check(plain => plain with { Capabilities = sets });
        return Set(_specification with { Capabilities = sets });
    }

    /// <summary>Sets the capabilities of commands that specify none, in all five sets. Default: none.</summary>
    public SandboxBuilder WithCapabilities(Capabilities capabilities) =>
        WithCapabilities(CapabilitySets.Of(capabilities));

    /// <summary>
    /// Sets additional restrictions on the sandbox's processes. Default: those without cost; see
    /// <see cref="ProcessHardening"/>.
    /// </summary>
    public SandboxBuilder WithHardening(ProcessHardening hardening)
    {
        ArgumentNullException.ThrowIfNull(hardening);
        PartialValidator.Check(plain => plain with { Hardening = hardening });
        return Set(_specification with { Hardening = hardening });
    }

    /// <summary>
    /// Changes the additional restrictions on the sandbox's processes, as in <c>hardening => hardening with { … }</c>.
    /// </summary>
    public SandboxBuilder WithHardening(Func<ProcessHardening, ProcessHardening> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return WithHardening(change(_specification.Hardening));
    }

    /// <summary>Sets the host name in the sandbox. Default: <c>sandbox</c> in a new UTS namespace.</summary>
    public SandboxBuilder WithHostName(string? name)
    {
        PartialValidator.Check(plain => plain with { HostName = name });
        return Set(_specification with { HostName = name });
    }

    /// <summary>Sets the NIS domain name in the sandbox. Default: the host's.</summary>
    public SandboxBuilder WithDomainName(string? name)
    {
        PartialValidator.Check(plain => plain with { DomainName = name });
        return Set(_specification with { DomainName = name });
    }

    /// <summary>
    /// Sets the offsets of the clocks in the sandbox. Requires a new time namespace. Default: no offset.
    /// </summary>
    public SandboxBuilder WithTimeOffsets(TimeSpan monotonic, TimeSpan bootTime) =>
        WithTimeOffsets(new TimeOffsets(monotonic, bootTime));

    /// <inheritdoc cref="WithTimeOffsets(TimeSpan, TimeSpan)"/>
    public SandboxBuilder WithTimeOffsets(TimeOffsets? offsets)
    {
        PartialValidator.Check(plain => plain with { TimeOffsets = offsets });
        return Set(_specification with { TimeOffsets = offsets });
    }

    /// <summary>
    /// Sets limits of all commands together and keeps the other limits, such as those of a preset
    /// (<see cref="WithoutLimits"/> removes them). Default: no limits and no cgroups.
    /// </summary>
    public SandboxBuilder WithLimits(Action<LimitsBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        LimitsBuilder builder = new(_specification.Limits ?? new SandboxLimits());
        build(builder);
        return WithLimits(builder.Build());
    }

    /// <summary>
    /// Replaces the limits of all commands together, including those of a preset. Default: null, no limits and no
    /// cgroups.
    /// </summary>
    public SandboxBuilder WithLimits(SandboxLimits? limits)
    {
        PartialValidator.Check(plain => plain with { Limits = limits });
        return Set(_specification with { Limits = limits });
    }

    /// <summary>Removes all limits, including those of a preset.</summary>
    public SandboxBuilder WithoutLimits() => WithLimits((SandboxLimits?)null);

    /// <summary>
    /// Replaces the Landlock policy for every command, including that of a preset. Default: null, no policy.
    /// </summary>
    public SandboxBuilder WithLandlock(LandlockPolicy? policy)
    {
        PartialValidator.Check(plain => plain with { Landlock = policy });
        return Set(_specification with { Landlock = policy });
    }

    /// <summary>
    /// Adds to the Landlock policy for every command, such as that of a preset (<see cref="WithoutLandlock"/> removes
    /// it). A policy without rules denies every access to files. Default: no policy.
    /// </summary>
    public SandboxBuilder WithLandlock(Action<LandlockBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        LandlockBuilder builder = new(_specification.Landlock ?? new LandlockPolicy());
        build(builder);
        return WithLandlock(builder.Build());
    }

    /// <summary>Removes the Landlock policy, including that of a preset.</summary>
    public SandboxBuilder WithoutLandlock() => WithLandlock((LandlockPolicy?)null);

    /// <summary>
    /// Replaces the system call filter of commands that specify none, including that of a preset. Default:
    /// <see cref="SystemCallFilter.Default"/>.
    /// </summary>
    public SandboxBuilder WithSystemCalls(SystemCallFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        PartialValidator.Check(plain => plain with { SystemCalls = filter });
        return Set(_specification with { SystemCalls = filter });
    }

    /// <summary>
    /// Adds rules to the system call filter of commands that specify none, such as that of a preset. They precede the
    /// rules that are there, so they decide first. Default: the filter is <see cref="SystemCallFilter.Default"/>.
    /// </summary>
    public SandboxBuilder WithSystemCalls(Action<SystemCallFilterBuilder> build) =>
        WithSystemCalls(SystemCallFilterBuilder.Build(build, _specification.SystemCalls));

    /// <summary>
    /// Builds the specification. The builder cannot be changed afterwards. To build another specification from the
    /// result, pass it to a new builder.
    /// </summary>
    /// <exception cref="SandboxSpecificationException">The specification is invalid; the exception lists every
    /// error.</exception>
    public SandboxSpecification Build()
    {
        _specification.Validate();
        _isBuilt = true;
        return _specification;
    }

    /// <summary>Builds the specification and creates a sandbox from it.</summary>
    /// <inheritdoc cref="ISandboxProvider.CreateAsync" path="/exception"/>
    public Task<ISandbox> CreateAsync(ISandboxProvider provider, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return provider.CreateAsync(Build(), cancellationToken);
    }

    /// <summary>
    /// Builds the specification, creates a sandbox from it, runs one command and disposes the sandbox.
    /// </summary>
    /// <inheritdoc cref="ISandboxProvider.RunAsync" path="/exception"/>
    public Task<SandboxResult> RunAsync(
        ISandboxProvider provider, SandboxCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(command);
        return provider.RunAsync(Build(), command, cancellationToken);
    }

    private SandboxBuilder Set(SandboxSpecification specification)
    {
        if (_isBuilt)
        {
            throw new InvalidOperationException(
                "The specification has already been built. To build another specification from it, pass it to a new "
                    + "SandboxBuilder.");
        }

        _specification = specification;
        return this;
    }
}
