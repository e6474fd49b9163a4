using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Builds a <see cref="SandboxSpecification"/>. <c>With…</c> replaces, <c>Add…</c> appends. What is wrong by itself is
/// refused at once, what contradicts another part by <see cref="Build"/>, which also freezes the builder. Not safe for
/// use from several threads at once; what it builds is.
/// </summary>
public sealed class SandboxBuilder
{
    private SandboxSpecification _specification;
    private bool _isBuilt;

    /// <summary>Starts with the default specification: every namespace but time new, an empty root.</summary>
    public SandboxBuilder()
        : this(new SandboxSpecification())
    {
    }

    /// <summary>Starts with a specification, which is not changed.</summary>
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

    /// <summary>A name for logs and for the process list of the host. Default: none.</summary>
    public SandboxBuilder WithName(string? name)
    {
        PartialValidator.Check(plain => plain with { Name = name });
        return Set(_specification with { Name = name });
    }

    /// <summary>
    /// The root file system with everything in it: replaces the root, the mounts, the masked and the read-only paths.
    /// Default: an empty root.
    /// </summary>
    public SandboxBuilder WithRoot(Action<RootBuilder> build) => BuildRoot(new SandboxSpecification(), build);

    /// <summary>The root file system alone; what is mounted in it stays. Default: an empty one.</summary>
    public SandboxBuilder WithRoot(RootFileSystem root)
    {
        ArgumentNullException.ThrowIfNull(root);
        PartialValidator.Check(root);
        return Set(_specification with { Root = root });
    }

    /// <summary>Goes on with the root file system as it is so far.</summary>
    public SandboxBuilder AddToRoot(Action<RootBuilder> build) => BuildRoot(_specification, build);

    /// <summary>What is mounted or made inside the root, in this order. Default: nothing.</summary>
    public SandboxBuilder WithMounts(params ImmutableArray<MountEntry> entries) =>
        Set(_specification with { Mounts = [] }).AddMounts(entries);

    /// <summary>Further entries after those there are.</summary>
    public SandboxBuilder AddMounts(params ImmutableArray<MountEntry> entries) =>
        AddToRoot(root => root.Mount(entries.AsSpan()));

    /// <summary>Paths that the payload must not read. Default: none.</summary>
    public SandboxBuilder WithMaskedPaths(params ImmutableArray<string> paths) =>
        Set(_specification with { MaskedPaths = [] }).AddMaskedPaths(paths);

    /// <summary>Further paths that the payload must not read.</summary>
    public SandboxBuilder AddMaskedPaths(params ImmutableArray<string> paths) => AddToRoot(root => root.Mask(paths));

    /// <summary>Paths that the payload must not write. Default: none.</summary>
    public SandboxBuilder WithReadOnlyPaths(params ImmutableArray<string> paths) =>
        Set(_specification with { ReadOnlyPaths = [] }).AddReadOnlyPaths(paths);

    /// <summary>Further paths that the payload must not write.</summary>
    public SandboxBuilder AddReadOnlyPaths(params ImmutableArray<string> paths) =>
        AddToRoot(root => root.ReadOnly(paths));

    /// <summary>
    /// The given kinds of namespaces are new, all others the host's. Default: <see cref="Namespaces.Default"/>.
    /// </summary>
    public SandboxBuilder WithNamespaces(Namespaces kinds) => WithNamespaces(NamespaceSet.NewOnly(Known(kinds)));

    /// <summary>Where every namespace comes from. Default: all new but time.</summary>
    public SandboxBuilder WithNamespaces(NamespaceSet namespaces)
    {
        ArgumentNullException.ThrowIfNull(namespaces);
        return Set(_specification with { Namespaces = namespaces });
    }

    /// <summary>Where the namespaces of the given kinds come from; the others stay.</summary>
    public SandboxBuilder WithNamespaces(Namespaces kinds, NamespaceSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        PartialValidator.Check(plain => plain with { Namespaces = plain.Namespaces.With(Namespaces.Time, source) });
        return Set(_specification with { Namespaces = _specification.Namespaces.With(Known(kinds), source) });
    }

    /// <summary>The namespaces of the given kinds are the host's; the others stay.</summary>
    public SandboxBuilder WithHostNamespaces(Namespaces kinds) => WithNamespaces(kinds, NamespaceSource.Host);

    /// <summary>
    /// The namespaces of the given kinds are new where the host can make them, else the host's; the others stay.
    /// </summary>
    public SandboxBuilder WithPreferredNamespaces(Namespaces kinds) =>
        WithNamespaces(kinds, NamespaceSource.NewIfPossible);

    /// <summary>The namespaces of the given kinds are those of a process; the others stay.</summary>
    public SandboxBuilder WithNamespacesOf(int processId, Namespaces kinds) =>
        WithNamespaces(kinds, NamespaceSource.OfProcess(processId));

    /// <summary>How ids inside map to ids of the host. Default: <see cref="IdMap.Automatic"/>.</summary>
    public SandboxBuilder WithIdMap(IdMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Set(_specification with { IdMap = map });
    }

    /// <summary>How ids inside map to ids of the host, by ranges.</summary>
    public SandboxBuilder WithIdMap(Action<IdMapBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        IdMapBuilder builder = new();
        build(builder);
        return WithIdMap(builder.Build());
    }

    /// <summary>Who runs a command that names no user of its own. Default: 1000:1000.</summary>
    public SandboxBuilder WithUser(SandboxUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        PartialValidator.Check(
            plain =>
                plain with { User = user, Namespaces = user == SandboxUser.SameAsHost
                    ? plain.Namespaces with { User = NamespaceSource.Host }
                    : plain.Namespaces });
        return Set(_specification with { User = user });
    }

    /// <summary>Who runs a command that names no user of its own. Default: 1000:1000 without further groups.</summary>
    public SandboxBuilder WithUser(uint userId, uint groupId, params ImmutableArray<uint> supplementaryGroups) =>
        WithUser(new SandboxUser(userId, groupId) { SupplementaryGroups = supplementaryGroups });

    /// <summary>The capabilities of a command that names none of its own. Default: none.</summary>
    public SandboxBuilder WithCapabilities(CapabilitySets sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        PartialValidator.Check(plain => plain with { Capabilities = sets });
        return Set(_specification with { Capabilities = sets });
    }

    /// <summary>The capabilities of a command that names none of its own, in all five sets. Default: none.</summary>
    public SandboxBuilder WithCapabilities(Capabilities capabilities) =>
        WithCapabilities(CapabilitySets.Of(capabilities));

    /// <summary>
    /// What else the sandbox's processes are kept from. Default: what costs nothing, see
    /// <see cref="ProcessHardening"/>.
    /// </summary>
    public SandboxBuilder WithHardening(ProcessHardening hardening)
    {
        ArgumentNullException.ThrowIfNull(hardening);
        PartialValidator.Check(plain => plain with { Hardening = hardening });
        return Set(_specification with { Hardening = hardening });
    }

    /// <summary>
    /// Changes what else the sandbox's processes are kept from: <c>hardening => hardening with { … }</c>.
    /// </summary>
    public SandboxBuilder WithHardening(Func<ProcessHardening, ProcessHardening> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return WithHardening(change(_specification.Hardening));
    }

    /// <summary>The host name inside. Default: <c>sandbox</c> in a new UTS namespace.</summary>
    public SandboxBuilder WithHostName(string? name)
    {
        PartialValidator.Check(plain => plain with { HostName = name });
        return Set(_specification with { HostName = name });
    }

    /// <summary>The NIS domain name inside. Default: the host's.</summary>
    public SandboxBuilder WithDomainName(string? name)
    {
        PartialValidator.Check(plain => plain with { DomainName = name });
        return Set(_specification with { DomainName = name });
    }

    /// <summary>How far the clocks inside are moved; needs a new time namespace. Default: not at all.</summary>
    public SandboxBuilder WithTimeOffsets(TimeSpan monotonic, TimeSpan bootTime) =>
        WithTimeOffsets(new TimeOffsets(monotonic, bootTime));

    /// <inheritdoc cref="WithTimeOffsets(TimeSpan, TimeSpan)"/>
    public SandboxBuilder WithTimeOffsets(TimeOffsets? offsets)
    {
        PartialValidator.Check(plain => plain with { TimeOffsets = offsets });
        return Set(_specification with { TimeOffsets = offsets });
    }

    /// <summary>
    /// What all commands together may use, from nothing on. Default: no limits and no control groups.
    /// </summary>
    public SandboxBuilder WithLimits(Action<LimitsBuilder> build) => BuildLimits(new SandboxLimits(), build);

    /// <summary>What all commands together may use. Default: null, no limits and no control groups.</summary>
    public SandboxBuilder WithLimits(SandboxLimits? limits)
    {
        PartialValidator.Check(plain => plain with { Limits = limits });
        return Set(_specification with { Limits = limits });
    }

    /// <summary>Further limits besides those that there are; one that is there already is replaced.</summary>
    public SandboxBuilder AddLimits(Action<LimitsBuilder> build) =>
        BuildLimits(_specification.Limits ?? new SandboxLimits(), build);

    /// <summary>What the security module Landlock restricts every command to. Default: null, nothing.</summary>
    public SandboxBuilder WithLandlock(LandlockPolicy? policy)
    {
        PartialValidator.Check(plain => plain with { Landlock = policy });
        return Set(_specification with { Landlock = policy });
    }

    /// <summary>
    /// What the security module Landlock restricts every command to, from nothing on: all use of files that is not
    /// allowed here is forbidden.
    /// </summary>
    public SandboxBuilder WithLandlock(Action<LandlockBuilder> build) => BuildLandlock(new LandlockPolicy(), build);

    /// <summary>Goes on with the Landlock policy as it is so far.</summary>
    public SandboxBuilder AddToLandlock(Action<LandlockBuilder> build) =>
        BuildLandlock(_specification.Landlock ?? new LandlockPolicy(), build);

    /// <summary>
    /// Which system calls commands may make that name no filter of their own. Default:
    /// <see cref="SystemCallFilter.Default"/>.
    /// </summary>
    public SandboxBuilder WithSystemCalls(SystemCallFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        PartialValidator.Check(plain => plain with { SystemCalls = filter });
        return Set(_specification with { SystemCalls = filter });
    }

    /// <summary>
    /// The same, by rules that come before those of <see cref="SystemCallFilter.Default"/> or of the filter that they
    /// start from.
    /// </summary>
    public SandboxBuilder WithSystemCalls(Action<SystemCallFilterBuilder> build) =>
        WithSystemCalls(SystemCallFilterBuilder.Build(build));

    /// <summary>
    /// The specification. Afterwards the builder cannot be changed; start another one from the result to go on.
    /// </summary>
    /// <exception cref="SandboxSpecificationException">The specification contradicts itself; every error is
    /// listed.</exception>
    public SandboxSpecification Build()
    {
        _specification.Validate();
        _isBuilt = true;
        return _specification;
    }

    /// <summary>Builds the specification and makes a sandbox of it.</summary>
    /// <inheritdoc cref="ISandboxProvider.CreateAsync" path="/exception"/>
    public Task<ISandbox> CreateAsync(ISandboxProvider provider, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return provider.CreateAsync(Build(), cancellationToken);
    }

    /// <summary>Builds the specification, makes a sandbox of it, runs one command and disposes the sandbox.</summary>
    /// <inheritdoc cref="ISandboxProvider.RunAsync" path="/exception"/>
    public Task<SandboxResult> RunAsync(
        ISandboxProvider provider, SandboxCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(command);
        return provider.RunAsync(Build(), command, cancellationToken);
    }

    private SandboxBuilder BuildLimits(SandboxLimits start, Action<LimitsBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        LimitsBuilder builder = new(start);
        build(builder);
        return WithLimits(builder.Build());
    }

    private SandboxBuilder BuildLandlock(LandlockPolicy start, Action<LandlockBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        LandlockBuilder builder = new(start);
        build(builder);
        return WithLandlock(builder.Build());
    }

    private SandboxBuilder BuildRoot(SandboxSpecification start, Action<RootBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        RootBuilder builder = new(start);
        build(builder);
        return Set(builder.Apply(_specification));
    }

    private static Namespaces Known(Namespaces kinds) =>
        (kinds & ~Namespaces.All) == 0
            ? kinds
            : throw new ArgumentOutOfRangeException(
                nameof(kinds), kinds, "Has bits that stand for no kind of namespace.");

    private SandboxBuilder Set(SandboxSpecification specification)
    {
        if (_isBuilt)
        {
            throw new InvalidOperationException(
                "The specification was built already. To make another one from it, start a new "
                    + "SandboxBuilder with it.");
        }

        _specification = specification;
        return this;
    }
}
