using System.Collections.Immutable;
using System.Text;

namespace Isolation;

/// <summary>
/// Builds the root file system of a sandbox: where it comes from (<c>From…</c>; the last one counts) and what is
/// mounted or made in it, in the order of the calls. What is wrong by itself is refused at once; what contradicts
/// another part is found by <see cref="SandboxBuilder.Build"/>.
/// </summary>
public sealed class RootBuilder
{
    private readonly ImmutableArray<MountEntry>.Builder _mounts;
    private readonly ImmutableArray<string>.Builder _masked;
    private readonly ImmutableArray<string>.Builder _readOnly;
    private RootFileSystem _root;

    internal RootBuilder(SandboxSpecification start)
    {
        _root = start.Root;
        _mounts = start.Mounts.ToBuilder();
        _masked = start.MaskedPaths.ToBuilder();
        _readOnly = start.ReadOnlyPaths.ToBuilder();
    }

    /// <summary>An empty root that is built up from what is added. This is the default.</summary>
    public RootBuilder FromEmpty() => From(new EmptyRoot());

    /// <summary>An empty root that is built up from what is added.</summary>
    /// <param name="configure">Changes it, such as <c>root => root with { Access = MountAccess.ReadWrite }</c>.</param>
    public RootBuilder FromEmpty(Func<EmptyRoot, EmptyRoot> configure) => From(Configure(new EmptyRoot(), configure));

    /// <summary>A directory of the host as it is; read-only.</summary>
    public RootBuilder FromDirectory(string path) => From(new DirectoryRoot(path));

    /// <summary>A directory of the host as it is.</summary>
    public RootBuilder FromDirectory(string path, MountAccess access) =>
        From(new DirectoryRoot(path) { Access = access });

    /// <summary>
    /// Directories of the host laid over each other, the uppermost first; writes go to memory, at most 64 MiB.
    /// </summary>
    public RootBuilder FromLayers(params ImmutableArray<string> layers) => From(new OverlayRoot(layers));

    /// <summary>
    /// Directories of the host laid over each other, the uppermost first; writes go to <paramref name="upper"/>.
    /// </summary>
    public RootBuilder FromLayers(OverlayUpper upper, params ImmutableArray<string> layers) =>
        From(new OverlayRoot(layers) { Upper = upper });

    /// <summary>
    /// A directory entered by plain chroot(2): weak, see <see cref="ChrootRoot"/>. Nothing can be mounted in it.
    /// </summary>
    public RootBuilder FromChroot(string path) => From(new ChrootRoot(path));

    /// <summary>Any root.</summary>
    public RootBuilder From(RootFileSystem root)
    {
        ArgumentNullException.ThrowIfNull(root);
        PartialValidator.Check(root);
        _root = root;
        return this;
    }

    /// <summary>Files and directories of the host, read-only, at the same paths.</summary>
    public RootBuilder FromHost(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            Mount(new BindMount(path, path));
        }

        return this;
    }

    /// <summary>
    /// The same for those that the host has; what it does not have is left out, and the report says so.
    /// </summary>
    public RootBuilder FromHostIfPresent(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            Mount(new BindMount(path, path) { Requirement = Requirement.Prefer });
        }

        return this;
    }

    /// <summary>A file or directory of the host at a path inside, read-only.</summary>
    public RootBuilder Bind(string source, string target) => Mount(new BindMount(source, target));

    /// <summary>A file or directory of the host at a path inside.</summary>
    public RootBuilder Bind(string source, string target, MountAccess access) =>
        Mount(new BindMount(source, target) { Access = access });

    /// <summary>A file or directory of the host at a path inside.</summary>
    /// <param name="source">The absolute path on the host.</param>
    /// <param name="target">The absolute path inside.</param>
    /// <param name="configure">Changes it, such as <c>bind => bind with { Scope = BindScope.TopOnly }</c>.</param>
    public RootBuilder Bind(string source, string target, Func<BindMount, BindMount> configure) =>
        Mount(Configure(new BindMount(source, target), configure));

    /// <summary>A directory in memory of at most 64 MiB.</summary>
    public RootBuilder Temporary(string target) => Mount(new TemporaryMount(target));

    /// <summary>A directory in memory of at most <paramref name="size"/> bytes.</summary>
    public RootBuilder Temporary(string target, long size) => Mount(new TemporaryMount(target) { Size = size });

    /// <summary>A directory in memory.</summary>
    /// <param name="target">The absolute path inside.</param>
    /// <param name="configure">Changes it, such as <c>directory => directory with { Inodes = 1000 }</c>.</param>
    public RootBuilder Temporary(string target, Func<TemporaryMount, TemporaryMount> configure) =>
        Mount(Configure(new TemporaryMount(target), configure));

    /// <summary>The process file system at <c>/proc</c>.</summary>
    public RootBuilder Proc() => Mount(new ProcMount());

    /// <summary>The process file system.</summary>
    /// <param name="configure">Changes it, such as <c>proc => proc with { Visibility = ProcessVisibility.Invisible
    /// }</c>.</param>
    public RootBuilder Proc(Func<ProcMount, ProcMount> configure) => Mount(Configure(new ProcMount(), configure));

    /// <summary>A minimal <c>/dev</c>.</summary>
    public RootBuilder Devices() => Mount(new DeviceMount());

    /// <summary>A minimal <c>/dev</c>.</summary>
    /// <param name="configure">Changes it, such as <c>devices => devices with { SharedMemorySize = 0 }</c>.</param>
    public RootBuilder Devices(Func<DeviceMount, DeviceMount> configure) =>
        Mount(Configure(new DeviceMount(), configure));

    /// <summary>POSIX message queues at <c>/dev/mqueue</c>.</summary>
    public RootBuilder MessageQueues() => Mount(new MessageQueueMount());

    /// <summary>sysfs at <c>/sys</c>, read-only.</summary>
    public RootBuilder Sys() => Mount(new SysMount());

    /// <summary>A file with a text in UTF-8.</summary>
    public RootBuilder File(string target, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Mount(new FileEntry(target, Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>A file with bytes.</summary>
    public RootBuilder File(string target, ReadOnlyMemory<byte> content) => Mount(new FileEntry(target, content));

    /// <summary>A file with bytes.</summary>
    /// <param name="target">The absolute path inside.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="configure">Changes it, such as <c>file => file with { Owner = EntryOwner.User }</c>.</param>
    public RootBuilder File(string target, ReadOnlyMemory<byte> content, Func<FileEntry, FileEntry> configure) =>
        Mount(Configure(new FileEntry(target, content), configure));

    /// <summary>An empty directory.</summary>
    public RootBuilder Directory(string target) => Mount(new DirectoryEntry(target));

    /// <summary>An empty directory.</summary>
    /// <param name="target">The absolute path inside.</param>
    /// <param name="configure">Changes it, such as <c>directory => directory with { Owner = EntryOwner.User
    /// }</c>.</param>
    public RootBuilder Directory(string target, Func<DirectoryEntry, DirectoryEntry> configure) =>
        Mount(Configure(new DirectoryEntry(target), configure));

    /// <summary>A symbolic link.</summary>
    public RootBuilder SymbolicLink(string target, string linkText) => Mount(new SymbolicLinkEntry(target, linkText));

    /// <summary>Any entry.</summary>
    public RootBuilder Mount(MountEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        PartialValidator.Check(entry, _mounts.Count);
        _mounts.Add(entry);
        return this;
    }

    /// <summary>Any entries.</summary>
    public RootBuilder Mount(params ReadOnlySpan<MountEntry> entries)
    {
        foreach (MountEntry entry in entries)
        {
            Mount(entry);
        }

        return this;
    }

    /// <summary>Paths that the payload must not read; see <see cref="SandboxSpecification.MaskedPaths"/>.</summary>
    public RootBuilder Mask(params ImmutableArray<string> paths)
    {
        PartialValidator.Check(plain => plain with { MaskedPaths = paths });
        _masked.AddRange(paths.IsDefault ? [] : paths.Except(_masked, StringComparer.Ordinal));
        return this;
    }

    /// <summary>Paths that the payload must not write; see <see cref="SandboxSpecification.ReadOnlyPaths"/>.</summary>
    public RootBuilder ReadOnly(params ImmutableArray<string> paths)
    {
        PartialValidator.Check(plain => plain with { ReadOnlyPaths = paths });
        _readOnly.AddRange(paths.IsDefault ? [] : paths.Except(_readOnly, StringComparer.Ordinal));
        return this;
    }

    internal SandboxSpecification Apply(SandboxSpecification specification) =>
        specification with
        {
            Root = _root,
            Mounts = _mounts.ToImmutable(),
            MaskedPaths = _masked.ToImmutable(),
            ReadOnlyPaths = _readOnly.ToImmutable(),
        };

    private static T Configure<T>(T start, Func<T, T> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return configure(start);
    }
}
