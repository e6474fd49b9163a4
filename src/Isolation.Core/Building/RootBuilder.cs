using System.Collections.Immutable;
using System.Text;

namespace Isolation;

/// <summary>Builds the root file system of a sandbox.</summary>
/// <remarks>
/// A <c>From…</c> method sets the source of the root; the last one wins. The other methods mount or create entries in
/// the root, in the order of the calls. Each method throws if its arguments are invalid;
/// <see cref="SandboxBuilder.Build"/> reports conflicts with other parts of the specification.
/// </remarks>
public sealed class RootBuilder
{
    private readonly ImmutableArray<MountEntry>.Builder _mounts;
    private readonly ImmutableArray<string>.Builder _masked;
    private readonly ImmutableArray<string>.Builder _readOnly;
    private RootFileSystem _root;
    private bool _replaces;

    internal RootBuilder(SandboxSpecification start)
    {
        _root = start.Root;
        _mounts = start.Mounts.ToBuilder();
        _masked = start.MaskedPaths.ToBuilder();
        _readOnly = start.ReadOnlyPaths.ToBuilder();
    }

    /// <summary>Uses an empty root that contains only the added entries. This is the default.</summary>
    public RootBuilder FromEmpty() => From(new EmptyRoot());

    /// <summary>Uses an empty root that contains only the added entries.</summary>
    /// <param name="configure">Returns the changed root, such as <c>root => root with { Access = MountAccess.ReadWrite
    /// }</c>.</param>
    public RootBuilder FromEmpty(Func<EmptyRoot, EmptyRoot> configure) => From(Configure(new EmptyRoot(), configure));

    /// <summary>Uses a directory of the host as a read-only root.</summary>
    public RootBuilder FromDirectory(string path) => From(new DirectoryRoot(path));

    /// <summary>Uses a directory of the host as the root.</summary>
    public RootBuilder FromDirectory(string path, MountAccess access) =>
        From(new DirectoryRoot(path) { Access = access });

    /// <summary>
    /// Uses an overlay of host directories as the root, the uppermost first. Changes are kept in memory, at most 64
    /// MiB.
    /// </summary>
    public RootBuilder FromLayers(params ImmutableArray<string> layers) => From(new OverlayRoot(layers));

    /// <summary>
    /// Uses an overlay of host directories as the root, the uppermost first. Changes are written to
    /// <paramref name="upper"/>.
    /// </summary>
    public RootBuilder FromLayers(OverlayUpper upper, params ImmutableArray<string> layers) =>
        From(new OverlayRoot(layers) { Upper = upper });

    /// <summary>
    /// Uses a directory as the root by plain chroot(2), which is weak isolation; see <see cref="ChrootRoot"/>. Nothing
    /// can be mounted in such a root.
    /// </summary>
    public RootBuilder FromChroot(string path) => From(new ChrootRoot(path));

    /// <summary>Uses the specified root.</summary>
    public RootBuilder From(RootFileSystem root)
    {
        ArgumentNullException.ThrowIfNull(root);
        PartialValidator.Check(root);
        _root = root;
        return this;
    }

    /// <summary>Binds files and directories of the host at the same paths, read-only.</summary>
    public RootBuilder FromHost(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            Mount(new BindMount(path, path));
        }

        return this;
    }

    /// <summary>
    /// Binds those files and directories of the host that exist at the same paths, read-only. The report lists those
    /// that do not exist.
    /// </summary>
    public RootBuilder FromHostIfPresent(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            Mount(new BindMount(path, path) { Requirement = Requirement.Prefer });
        }

        return this;
    }

    /// <summary>Binds a file or directory of the host at a path in the sandbox, read-only.</summary>
    public RootBuilder Bind(string source, string target) => Mount(new BindMount(source, target));

    /// <summary>
    /// Binds a file or directory of the host at a path in the sandbox. For <see cref="MountAccess.ReadWrite"/>, the
    /// payload's id on the host must be allowed to write; otherwise, see <see cref="BindMount.Ownership"/>.
    /// </summary>
    public RootBuilder Bind(string source, string target, MountAccess access) =>
        Mount(new BindMount(source, target) { Access = access });

    /// <summary>
    /// Binds a file or directory of the host at a path in the sandbox. With <c>Ownership = MountOwnership.Mapped</c>,
    /// the host's owners are the same inside, so that a payload with the owner's id can write.
    /// </summary>
    /// <param name="source">The absolute path on the host.</param>
    /// <param name="target">The absolute path in the sandbox.</param>
    /// <param name="configure">Returns the changed mount, such as <c>bind => bind with { Scope = BindScope.TopOnly
    /// }</c>.</param>
    public RootBuilder Bind(string source, string target, Func<BindMount, BindMount> configure) =>
        Mount(Configure(new BindMount(source, target), configure));

    /// <summary>Mounts a directory in memory of at most 64 MiB.</summary>
    public RootBuilder Temporary(string target) => Mount(new TemporaryMount(target));

    /// <summary>Mounts a directory in memory of at most <paramref name="size"/> bytes.</summary>
    public RootBuilder Temporary(string target, long size) => Mount(new TemporaryMount(target) { Size = size });

    /// <summary>Mounts a directory in memory.</summary>
    /// <param name="target">The absolute path in the sandbox.</param>
    /// <param name="configure">Returns the changed mount, such as <c>directory => directory with { Inodes = 1000
    /// }</c>.</param>
    public RootBuilder Temporary(string target, Func<TemporaryMount, TemporaryMount> configure) =>
        Mount(Configure(new TemporaryMount(target), configure));

    /// <summary>Mounts the process file system at <c>/proc</c>.</summary>
    public RootBuilder Proc() => Mount(new ProcMount());

    /// <summary>Mounts the process file system.</summary>
    /// <param name="configure">Returns the changed mount, such as <c>proc => proc with { Visibility =
    /// ProcessVisibility.Invisible }</c>.</param>
    public RootBuilder Proc(Func<ProcMount, ProcMount> configure) => Mount(Configure(new ProcMount(), configure));

    /// <summary>Mounts a minimal <c>/dev</c>.</summary>
    public RootBuilder Devices() => Mount(new DeviceMount());

    /// <summary>Mounts a minimal <c>/dev</c>.</summary>
    /// <param name="configure">Returns the changed mount, such as <c>devices => devices with { SharedMemorySize = 0
    /// }</c>.</param>
    public RootBuilder Devices(Func<DeviceMount, DeviceMount> configure) =>
        Mount(Configure(new DeviceMount(), configure));

    /// <summary>
    /// Mounts a read-only view of the sandbox's own cgroups at <c>/sys/fs/cgroup</c>; see <see cref="CgroupMount"/>.
    /// </summary>
    public RootBuilder Cgroups() => Mount(new CgroupMount());

    /// <summary>
    /// Creates <c>/etc/hosts</c>, which resolves <c>localhost</c> and the sandbox's own host name.
    /// </summary>
    public RootBuilder Hosts() => Mount(new HostsFile());

    /// <summary>Mounts the file system of POSIX message queues at <c>/dev/mqueue</c>.</summary>
    public RootBuilder MessageQueues() => Mount(new MessageQueueMount());

    /// <summary>Mounts sysfs at <c>/sys</c>, read-only.</summary>
    public RootBuilder Sys() => Mount(new SysMount());

    /// <summary>Creates a file from a text, in UTF-8.</summary>
    public RootBuilder File(string target, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Mount(new FileEntry(target, Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Creates a file from bytes.</summary>
    public RootBuilder File(string target, ReadOnlyMemory<byte> content) => Mount(new FileEntry(target, content));

    /// <summary>Creates a file from bytes.</summary>
    /// <param name="target">The absolute path in the sandbox.</param>
    /// <param name="content">The content of the file.</param>
    /// <param name="configure">Returns the changed entry, such as <c>file => file with { Owner = EntryOwner.User
    /// }</c>.</param>
    public RootBuilder File(string target, ReadOnlyMemory<byte> content, Func<FileEntry, FileEntry> configure) =>
        Mount(Configure(new FileEntry(target, content), configure));

    /// <summary>Creates an empty directory.</summary>
    public RootBuilder Directory(string target) => Mount(new DirectoryEntry(target));

    /// <summary>Creates an empty directory.</summary>
    /// <param name="target">The absolute path in the sandbox.</param>
    /// <param name="configure">Returns the changed entry, such as <c>directory => directory with { Owner =
    /// EntryOwner.User }</c>.</param>
    public RootBuilder Directory(string target, Func<DirectoryEntry, DirectoryEntry> configure) =>
        Mount(Configure(new DirectoryEntry(target), configure));

    /// <summary>Creates a symbolic link.</summary>
    public RootBuilder SymbolicLink(string target, string linkText) => Mount(new SymbolicLinkEntry(target, linkText));

    /// <summary>Adds the specified entry.</summary>
    public RootBuilder Mount(MountEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        PartialValidator.Check(entry, _mounts.Count);
        int replaced = _replaces ? FindTarget(entry.Target) : -1;
        if (replaced >= 0)
        {
            _mounts[replaced] = entry;
        }
        else
        {
            _mounts.Add(entry);
        }

        return this;
    }

    /// <summary>
    /// Adds entries that replace those with the same targets, such as entries of a preset. Entries with other targets
    /// are added at the end.
    /// </summary>
    /// <param name="build">
    /// A delegate that adds the entries, as in <c>root.Replace(root => root.Temporary("/tmp", 1.GiB()))</c>.
    /// </param>
    public RootBuilder Replace(Action<RootBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        bool replaced = _replaces;
        _replaces = true;
        try
        {
            build(this);
        }
        finally
        {
            _replaces = replaced;
        }

        return this;
    }

    /// <summary>Adds the specified entries.</summary>
    public RootBuilder Mount(params ReadOnlySpan<MountEntry> entries)
    {
        foreach (MountEntry entry in entries)
        {
            Mount(entry);
        }

        return this;
    }

    /// <summary>Hides paths from the payload; see <see cref="SandboxSpecification.MaskedPaths"/>.</summary>
    public RootBuilder Mask(params ImmutableArray<string> paths)
    {
        PartialValidator.Check(plain => plain with { MaskedPaths = paths });
        _masked.AddRange(paths.IsDefault ? [] : paths.Except(_masked, StringComparer.Ordinal));
        return this;
    }

    /// <summary>Makes paths read-only for the payload; see <see cref="SandboxSpecification.ReadOnlyPaths"/>.</summary>
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

    private int FindTarget(string target)
    {
        for (int index = 0; index < _mounts.Count; index++)
        {
            if (_mounts[index].Target.TrimEnd('/') == target.TrimEnd('/'))
            {
                return index;
            }
        }

        return -1;
    }

    private static T Configure<T>(T start, Func<T, T> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return configure(start);
    }
}
