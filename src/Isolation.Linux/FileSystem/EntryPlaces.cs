using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>
/// Finds and creates the places of entries in the root, and tracks which paths the sandbox may create.
/// </summary>
/// <param name="context">The state of the setup.</param>
/// <param name="mounts">The steps for mounts.</param>
/// <param name="root">The address of the word that holds the root's descriptor.</param>
internal sealed class EntryPlaces(PlanningContext context, MountSteps mounts, long root)
{
    private readonly HashSet<string> _made = new(StringComparer.Ordinal) { "/" };
    private readonly List<(string Target, bool IsOurs)> _mounted = [];

    private static SystemCallTable Calls => SystemCallTable.Current;

    private ProgramBuilder B => context.Builder;

    /// <summary>Gets a value indicating whether the root may contain items of layers or of earlier sandboxes.</summary>
    internal bool MayHaveItems => context.Specification.Root is OverlayRoot;

    /// <summary>Gets the entries that were omitted in advance.</summary>
    internal HashSet<MountEntry> Missing { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Mounts on a directory, which is created if necessary.</summary>
    internal void Place(long mount, string action, string target) => PlaceAt(mount, action, target, isFile: false);

    /// <summary>Mounts on a directory or a file, which is created if necessary.</summary>
    internal void PlaceAt(long mount, string action, string target, bool isFile)
    {
        MakeTarget(target, isFile);
        mounts.Move(action, target, mount, Find(target, isFile ? 0 : Kernel.ODirectory));
    }

    /// <summary>Records a mount.</summary>
    /// <param name="target">The path of the mount.</param>
    /// <param name="isOurs">Whether the sandbox may create entries in it.</param>
    internal void AddMount(string target, bool isOurs) => _mounted.Add((target, isOurs));

    /// <summary>Records an entry that was created.</summary>
    internal void AddMade(string target) => _made.Add(target);

    /// <summary>Resolves a path to its place in the sandbox, following symbolic links within the root.</summary>
    internal long Find(string target, int flags)
    {
        long place = B.Reserve(8);
        B.Step("find", target, Calls.Openat2, Value.Word(root), B.AddText(target), mounts.How(Kernel.OPath | flags), 24,
            result: place, kind: StepKind.FindInside);
        return place;
    }

    /// <summary>
    /// Creates the target of a mount. An existing target is used; the mount fails if its type does not match.
    /// </summary>
    private void MakeTarget(string target, bool isFile)
    {
        if (target == "/" || !IsOurs(target))
        {
            return;
        }

        MakeDirectories(Parent(target));
        if (!_made.Add(target))
        {
            return;
        }

        (Value directory, long name) = PlaceFor(target);
        if (isFile)
        {
            MakeOrTake("make the file", target, Calls.Mknodat, [directory, name, 0b1000_000_110_100_100, 0]);
        }
        else
        {
            MakeOrTake("make the directory", target, Calls.Mkdirat, [directory, name, 0b111_101_101]);
        }
    }

    /// <summary>Creates an item unless it exists.</summary>
    internal void MakeOrTake(string action, string target, int call, ReadOnlySpan<Value> arguments)
    {
        Label there = B.NewLabel(), failed = B.NewLabel();
        long result = B.Reserve(8);
        B.Branch(call, arguments, result, there, there, Label.Next);
        B.Compare(Value.Word(result), -Errno.EEXIST, failed, there, failed);
        B.Mark(failed);
        B.Step(action, target, Node.Load32, result, kind: StepKind.MakeEntry);
        B.Mark(there);
    }

    /// <summary>Creates the parent directories of a path unless they exist.</summary>
    internal void MakeParents(string path) => MakeDirectories(Parent(path));

    private void MakeDirectories(string path)
    {
        if (path != "/" && !_made.Contains(path))
        {
            MakeTarget(path, isFile: false);
        }
    }

    private static string Parent(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }

    /// <summary>Gets the parent directory of a path, as an argument, and the address of the path's last name.</summary>
    internal (Value Directory, long Name) PlaceFor(string path)
    {
        string parent = Parent(path);
        long name = B.AddText(path.AsSpan(path.LastIndexOf('/') + 1));
        return parent == "/" ? (Value.Word(root), name) : (Value.Word(Find(parent, Kernel.ODirectory)), name);
    }

    /// <summary>
    /// Returns whether a path may be created. Nothing is created in a directory of the host.
    /// </summary>
    internal bool IsOurs(string path)
    {
        bool isOurs = context.Specification.Root is not DirectoryRoot;
        int longest = 0;
        foreach ((string target, bool isMemory) in _mounted)
        {
            if (target.Length >= longest && path.StartsWith(target + "/", StringComparison.Ordinal))
            {
                (longest, isOurs) = (target.Length, isMemory);
            }
        }

        return isOurs;
    }

    /// <summary>Fails, or omits an optional entry, if the entry would be created in a directory of the host.</summary>
    internal bool MayMake(MountEntry entry, string what)
    {
        if (IsOurs(entry.Target))
        {
            return true;
        }

        Obstacle obstacle = new(
            "the sandbox creates no entries in directories of the host",
            "Create it on the host, use an OverlayRoot, or mount a temporary directory above it.");
        obstacle.Refuse(
            entry.Requirement, new ProgramStep(what, entry.Target, StepKind.MakeEntry), Errno.EROFS, context.LeftOut);
        Missing.Add(entry);
        return false;
    }
}
