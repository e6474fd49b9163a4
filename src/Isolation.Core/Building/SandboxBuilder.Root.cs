using System.Collections.Immutable;

namespace Isolation;

public sealed partial class SandboxBuilder
{
    /// <summary>
    /// Replaces the root file system, including the mounts, the masked paths and the read-only paths. Default: an empty
    /// root.
    /// </summary>
    public SandboxBuilder WithRoot(Action<RootBuilder> build) => BuildRoot(new SandboxSpecification(), build);

    /// <summary>Replaces the root file system but keeps the mounts. Default: an empty root.</summary>
    public SandboxBuilder WithRoot(RootFileSystem root)
    {
        ArgumentNullException.ThrowIfNull(root);
        PartialValidator.Check(root);
        return Set(_specification with { Root = root });
    }

    /// <summary>Adds to the current root file system.</summary>
    public SandboxBuilder AddToRoot(Action<RootBuilder> build) => BuildRoot(_specification, build);

    /// <summary>Sets the entries to mount or create in the root, in this order. Default: none.</summary>
    public SandboxBuilder WithMounts(params ImmutableArray<MountEntry> entries) =>
        Set(_specification with { Mounts = [] }).AddMounts(entries);

    /// <summary>Adds entries after the existing ones.</summary>
    public SandboxBuilder AddMounts(params ImmutableArray<MountEntry> entries) =>
        AddToRoot(root => root.Mount(entries.AsSpan()));

    /// <summary>Sets the paths that are hidden from the payload. Default: none.</summary>
    public SandboxBuilder WithMaskedPaths(params ImmutableArray<string> paths) =>
        Set(_specification with { MaskedPaths = [] }).AddMaskedPaths(paths);

    /// <summary>Adds paths that are hidden from the payload.</summary>
    public SandboxBuilder AddMaskedPaths(params ImmutableArray<string> paths) => AddToRoot(root => root.Mask(paths));

    /// <summary>Sets the paths that the payload cannot write to. Default: none.</summary>
    public SandboxBuilder WithReadOnlyPaths(params ImmutableArray<string> paths) =>
        Set(_specification with { ReadOnlyPaths = [] }).AddReadOnlyPaths(paths);

    /// <summary>Adds paths that the payload cannot write to.</summary>
    public SandboxBuilder AddReadOnlyPaths(params ImmutableArray<string> paths) =>
        AddToRoot(root => root.ReadOnly(paths));

    private SandboxBuilder BuildRoot(SandboxSpecification start, Action<RootBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        RootBuilder builder = new(start);
        build(builder);
        return Set(builder.Apply(_specification));
    }
}
