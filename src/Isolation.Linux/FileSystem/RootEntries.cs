using System.Collections.Immutable;
using System.Globalization;
using Isolation.Linux.Cgroups.Views;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Parts;

namespace Isolation.Linux.FileSystem;

/// <summary>Adds the entries of the root: mounts, files, directories, links, and masked or read-only paths.</summary>
internal sealed class RootEntries
{
    private readonly PlanningContext _context;
    private readonly MountSteps _mounts;
    private readonly long _root;
    private readonly EntryPlaces _places;
    private readonly BindSteps _binds;
    private readonly ItemSteps _items;
    private readonly FileSteps _files;
    private readonly ImmutableArray<CgroupViewPart> _cgroups;

    internal RootEntries(
        PlanningContext context, MountSteps mounts, long root, ImmutableArray<CgroupViewPart> cgroups)
    {
        _context = context;
        _mounts = mounts;
        _root = root;
        _places = new EntryPlaces(context, mounts, root);
        _binds = new BindSteps(context, mounts, _places);
        _items = new ItemSteps(context, _places);
        _files = new FileSteps(context, mounts, _places, _items);
        _cgroups = cgroups;
    }

    /// <summary>Gets the entries that were omitted in advance.</summary>
    internal IReadOnlySet<MountEntry> Missing => _places.Missing;

    internal void AddAll()
    {
        foreach (MountEntry entry in _context.Specification.Mounts)
        {
            if (entry is CgroupMount mount)
            {
                Add(mount);
            }
            else
            {
                _context.Group(entry.Requirement, entry, () => Add(entry));
            }
        }

        CoveredPaths covered = new(_context, _mounts, _root);
        foreach (string path in _context.Specification.MaskedPaths)
        {
            covered.Mask(path);
        }

        foreach (string path in _context.Specification.ReadOnlyPaths)
        {
            covered.MakeReadOnly(path);
        }
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8);

    /// <summary>Adds the view of the cgroups; it is as necessary as the limits that it shows.</summary>
    private void Add(CgroupMount entry)
    {
        if (_cgroups.IsEmpty)
        {
            _places.Missing.Add(entry);
            return;
        }

        Requirement requirement = _context.Specification.Limits?.Requirement ?? Requirement.Prefer;
        _context.Group(
            entry.Requirement == Requirement.Prefer ? Requirement.Prefer : requirement, entry,
            () => new CgroupViewSteps(_context, _mounts, _places, _cgroups).Add(entry));
    }

    private void Add(MountEntry entry)
    {
        switch (entry)
        {
            case BindMount bind:
                _binds.Add(bind);
                break;
            case TemporaryMount temporary:
                _places.Place(
                    _mounts.Temporary(
                        $"make a temporary directory for {temporary.Target}", temporary.Size, temporary.Inodes,
                        Octal(temporary.Mode), MountOptionFlags.Of(temporary.Options, MountAccess.ReadWrite)),
                    "mount a temporary directory on", temporary.Target);
                _places.AddMount(temporary.Target, isOurs: true);
                break;
            case ProcMount proc:
                Proc(proc);
                break;
            case DeviceMount devices:
                new DeviceSteps(_context, _mounts).Add(devices, _places.Place);
                break;
            case MessageQueueMount queues:
                _places.Place(
                    _mounts.FileSystem("mqueue", "make message queues", null, [], MountOptionFlags.Standard),
                    "mount message queues on", queues.Target);
                break;
            case SysMount sys:
                _places.Place(
                    _mounts.FileSystem(
                        "sysfs", "make sysfs", null, [], MountOptionFlags.Standard | Kernel.MountAttrReadOnly),
                    "mount sysfs on", sys.Target);
                break;
            case DirectoryEntry directory:
                _items.Add(directory);
                break;
            case FileEntry file:
                _files.Add(file);
                break;
            case HostsFile hosts:
                _files.Add(HostsContent.Of(hosts, _context.Specification.HostName));
                break;
            case SymbolicLinkEntry link:
                _items.Add(link);
                break;
            default:
                throw new SandboxException($"The Linux provider does not support {entry.GetType().Name} entries.");
        }
    }

    private void Proc(ProcMount proc)
    {
        List<(string, string?)> options = [];
        if (proc.Visibility != ProcessVisibility.All)
        {
            options.Add(
                ("hidepid", proc.Visibility == ProcessVisibility.Traceable ? "4" : ((int)proc.Visibility)
                    .ToString(CultureInfo.InvariantCulture)));
        }

        if (proc.Content == ProcContent.ProcessesOnly)
        {
            options.Add(("subset", "pid"));
        }

        long attributes = MountOptionFlags.Standard
            | (proc.Access == MountAccess.ReadOnly ? Kernel.MountAttrReadOnly : 0);
        _places.Place(
            _mounts.FileSystem("proc", "make the process file system", null, options, attributes), "mount proc on",
            proc.Target);
    }
}
