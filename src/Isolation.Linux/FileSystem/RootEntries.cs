using System.Globalization;
using Isolation.Linux.Hints;
using Isolation.Linux.Interop;
using Isolation.Linux.Plans;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>Adds the entries of the root: mounts, files, directories, links, and masked or read-only paths.</summary>
internal sealed class RootEntries(SetupContext context, MountSteps mounts, long root)
{
    private readonly HashSet<string> _made = new(StringComparer.Ordinal) { "/" };
    private readonly long _empty = context.Builder.AddText("");
    private readonly List<(string Target, bool IsOurs)> _mounted = [];

    private static SystemCallTable Calls => SystemCallTable.Current;

    private ProgramBuilder B => context.Builder;

    internal void AddAll()
    {
        foreach (MountEntry entry in context.Specification.Mounts)
        {
            context.Group(entry.Requirement, entry, () => Add(entry));
        }

        CoveredPaths covered = new(context, mounts, root);
        foreach (string path in context.Specification.MaskedPaths)
        {
            covered.Mask(path);
        }

        foreach (string path in context.Specification.ReadOnlyPaths)
        {
            covered.MakeReadOnly(path);
        }
    }

    private static long Attributes(MountOptions options, MountAccess access) =>
        (options.HasFlag(MountOptions.NoSetUserId) ? Kernel.MountAttrNosuid : 0)
        | (options.HasFlag(MountOptions.NoDevices) ? Kernel.MountAttrNodev : 0)
        | (options.HasFlag(MountOptions.NoExecute) ? Kernel.MountAttrNoexec : 0)
        | (options.HasFlag(MountOptions.NoSymbolicLinks) ? Kernel.MountAttrNosymfollow : 0)
        | (access == MountAccess.ReadOnly ? Kernel.MountAttrReadOnly : 0);

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8);

    private void Add(MountEntry entry)
    {
        switch (entry)
        {
            case BindMount bind:
                Bind(bind);
                break;
            case TemporaryMount temporary:
                Place(
                    mounts.Temporary(
                        $"make a temporary directory for {temporary.Target}", temporary.Size, temporary.Inodes,
                        Octal(temporary.Mode), Attributes(temporary.Options, MountAccess.ReadWrite)),
                    "mount a temporary directory on", temporary.Target);
                _mounted.Add((temporary.Target, true));
                break;
            case ProcMount proc:
                Proc(proc);
                break;
            case DeviceMount devices:
                new DeviceSteps(context, mounts).Add(devices, Place);
                break;
            case MessageQueueMount queues:
                Place(mounts.FileSystem("mqueue", "make message queues", null, [], Standard), "mount message queues on",
                    queues.Target);
                break;
            case SysMount sys:
                Place(mounts.FileSystem("sysfs", "make sysfs", null, [], Standard | Kernel.MountAttrReadOnly),
                    "mount sysfs on", sys.Target);
                break;
            case DirectoryEntry directory:
                Directory(directory);
                break;
            case FileEntry file:
                File(file);
                break;
            case SymbolicLinkEntry link:
                Link(link);
                break;
            default:
                throw new SandboxException($"The Linux provider does not support {entry.GetType().Name} entries.");
        }
    }

    private const long Standard = Kernel.MountAttrNosuid | Kernel.MountAttrNodev | Kernel.MountAttrNoexec;

    private void Bind(BindMount bind)
    {
        bool isFile = System.IO.File.Exists(bind.Source);
        if (!isFile && !System.IO.Directory.Exists(bind.Source))
        {
            context.IsReusable = false;
            if (bind.Requirement == Requirement.Prefer)
            {
                context.Missing.Add(bind);
                context.LeftOut.Add(
                    new NotApplied(
                        $"mount {bind.Source} on {bind.Target}",
                        "the source does not exist, or the application has no access to it", null));
                return;
            }
        }

        long tree = bind.Ownership == MountOwnership.Mapped
            ? MappedTree(bind)
            : context.Tree(bind.Source, bind.Scope == BindScope.Recursive);
        MountAttributes attributes = new()
        {
            Set = Attributes(bind.Options, bind.Access),
            Propagation = bind.Propagation switch
            {
                MountPropagation.Slave => Kernel.MsSlave,
                MountPropagation.Shared => Kernel.MsShared,
                MountPropagation.Unbindable => Kernel.MsUnbindable,
                _ => Kernel.MsPrivate,
            },
        };
        mounts.SetAttributes(
            "restrict the mount of", bind.Source, tree, attributes,
            bind.Scope == BindScope.Recursive ? Kernel.AtRecursive : 0);
        PlaceAt(tree, $"mount {bind.Source} on", bind.Target, isFile);
        _mounted.Add((bind.Target, false));
    }

    private long MappedTree(BindMount bind)
    {
        bool isRecursive = bind.Scope == BindScope.Recursive;
        if (context.HostOpensDirectories)
        {
            return context.AddSource(
                new HostSource(isRecursive ? HostSourceKind.MappedTree : HostSourceKind.MappedMount, bind.Source));
        }

        if (bind.Requirement == Requirement.Require)
        {
            throw OwnerMapping.Refuse(bind.Source);
        }

        context.LeftOut.Add(new NotApplied(OwnerMapping.Action(bind.Source), OwnerMapping.Reason, OwnerMapping.Remedy));
        return context.Tree(bind.Source, isRecursive);
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

        long attributes = Standard | (proc.Access == MountAccess.ReadOnly ? Kernel.MountAttrReadOnly : 0);
        Place(mounts.FileSystem("proc", "make the process file system", null, options, attributes), "mount proc on",
            proc.Target);
    }

    private void Place(long mount, string action, string target) => PlaceAt(mount, action, target, isFile: false);

    private void PlaceAt(long mount, string action, string target, bool isFile)
    {
        MakeTarget(target, isFile);
        mounts.Move(action, target, mount, Find(target, isFile ? 0 : Kernel.ODirectory));
    }

    /// <summary>Resolves a path to its place in the sandbox, following symbolic links within the root.</summary>
    private long Find(string target, int flags)
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
    private void MakeOrTake(string action, string target, int call, ReadOnlySpan<Value> arguments)
    {
        Label there = B.NewLabel(), failed = B.NewLabel();
        long result = B.Reserve(8);
        B.Branch(call, arguments, result, there, there, Label.Next);
        B.Compare(Value.Word(result), -Errno.EEXIST, failed, there, failed);
        B.Mark(failed);
        B.Step(action, target, Node.Load32, result, kind: StepKind.MakeEntry);
        B.Mark(there);
    }

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
    private (Value Directory, long Name) PlaceFor(string path)
    {
        string parent = Parent(path);
        long name = B.AddText(path.AsSpan(path.LastIndexOf('/') + 1));
        return parent == "/" ? (Value.Word(root), name) : (Value.Word(Find(parent, Kernel.ODirectory)), name);
    }

    private void Directory(DirectoryEntry entry)
    {
        if (!MayMake(entry, "make the directory"))
        {
            return;
        }

        MakeDirectories(Parent(entry.Target));
        (Value directory, long name) = PlaceFor(entry.Target);
        if (context.Specification.Root is OverlayRoot)
        {
            // An existing directory of a layer, or of an earlier sandbox in a kept layer, is used as is.
            MakeOrTake("make the directory", entry.Target, Calls.Mkdirat, [directory, name, (int)entry.Mode]);
            Find(entry.Target, Kernel.ODirectory);
        }
        else
        {
            B.Step("make the directory", entry.Target, Calls.Mkdirat, directory, name, (int)entry.Mode,
                kind: StepKind.MakeEntry);
        }

        _made.Add(entry.Target);
        Own(entry.Owner, entry.Target, directory, name);
    }

    private void Link(SymbolicLinkEntry entry)
    {
        if (!MayMake(entry, "make the link"))
        {
            return;
        }

        MakeDirectories(Parent(entry.Target));
        (Value directory, long name) = PlaceFor(entry.Target);
        Replace(directory, name);
        B.Step("make the link", entry.Target, Calls.Symlinkat, B.AddText(entry.LinkText), directory, name,
            kind: StepKind.MakeEntry);
        _made.Add(entry.Target);
    }

    /// <summary>Removes an existing item of a layer, or of an earlier sandbox in a kept layer.</summary>
    private void Replace(Value directory, long name)
    {
        if (context.Specification.Root is OverlayRoot)
        {
            B.Try(Calls.Unlinkat, directory, name, 0);
        }
    }

    private void File(FileEntry entry)
    {
        if (!IsOurs(entry.Target))
        {
            FileOverHostDirectory(entry);
            return;
        }

        MakeDirectories(Parent(entry.Target));
        (Value directory, long name) = PlaceFor(entry.Target);
        Replace(directory, name);
        WriteFile(entry, directory, name);
        _made.Add(entry.Target);
    }

    private void WriteFile(FileEntry entry, Value directory, long name)
    {
        long file = B.Reserve(8);
        B.Step(
            "make the file", entry.Target, Calls.Openat, directory, name,
            Kernel.OWronly | Kernel.OCreat | Kernel.OExcl | Kernel.OCloexec | Kernel.ONofollow, (int)entry.Mode,
            result: file,
            kind: StepKind.MakeEntry);
        Label outer = B.FailureExit, incomplete = B.NewLabel(), after = B.NewLabel();
        B.FailureExit = incomplete;
        if (!entry.Content.IsEmpty)
        {
            long content = context.AddSource(new HostSource(HostSourceKind.Content, entry.Target, entry.Content));
            CopyWhole(entry, file, content);
        }

        Own(entry.Owner, entry.Target, directory, name);
        B.FailureExit = outer;

        // A mount with a file open for writing cannot be made read-only.
        B.Try(Calls.Close, Value.Word(file));
        B.Jump(after);

        // If the file is optional, the setup continues without a partially written file.
        B.Mark(incomplete);
        B.Try(Calls.Close, Value.Word(file));
        B.Try(Calls.Unlinkat, directory, name, 0);
        B.Jump(outer);
        B.Mark(after);
    }

    /// <summary>
    /// Adds a file in a directory of the host: creates it in memory and mounts it over the existing one.
    /// </summary>
    private void FileOverHostDirectory(FileEntry entry)
    {
        long memory = mounts.Temporary(
            $"make memory for {entry.Target}", Math.Max(4096, entry.Content.Length), null, "755", Standard);
        B.Step("place memory for", entry.Target, Calls.MoveMount, Value.Word(memory), _empty, Kernel.AtFdcwd,
            B.AddText("/proc"), Kernel.MoveMountFromEmptyPath);
        long name = B.AddText("file");
        WriteFile(entry, Value.Word(memory), name);
        long tree = B.Reserve(8);
        B.Step("open", entry.Target, Calls.OpenTree, Value.Word(memory), name,
            Kernel.OpenTreeClone | Kernel.OpenTreeCloexec, result: tree);
        B.Step("hide memory for", entry.Target, Calls.Umount2, B.AddText("/proc"), Kernel.MntDetach);
        mounts.Move("mount the file on", entry.Target, tree, Find(entry.Target, 0));
    }

    /// <summary>
    /// Returns whether a path may be created. Nothing is created in a directory of the host.
    /// </summary>
    private bool IsOurs(string path)
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
    private bool MayMake(MountEntry entry, string what)
    {
        if (IsOurs(entry.Target))
        {
            return true;
        }

        const string Reason = "the sandbox creates no entries in directories of the host";
        const string Remedy = "Create it on the host, use an OverlayRoot, or mount a temporary directory above it.";
        if (entry.Requirement == Requirement.Require)
        {
            throw new SandboxException(
                $"{what} {entry.Target}", entry.Target, Errno.EROFS, nameof(Errno.EROFS), Reason, Remedy);
        }

        context.Missing.Add(entry);
        context.LeftOut.Add(new NotApplied($"{what} {entry.Target}", Reason, Remedy));
        return false;
    }

    /// <summary>Repeats sendfile(2) until all is written; it stops short if the file system is full.</summary>
    private void CopyWhole(FileEntry entry, long file, long content)
    {
        Label copy = B.NewLabel(), done = B.NewLabel();
        long offset = B.AddWord(0);
        long copied = B.Reserve(8);
        B.Mark(copy);
        B.Step(
            "write the file", entry.Target, Calls.Sendfile, Value.Word(file), Value.Word(content), offset,
            entry.Content.Length, result: copied,
            kind: StepKind.WriteContent);
        B.Compare(Value.Word(offset), entry.Content.Length, done, done, copy);
        B.Mark(done);
    }

    private void Own(EntryOwner owner, string target, Value directory, long name)
    {
        if (owner == EntryOwner.User)
        {
            SandboxUser user = context.Specification.User;
            B.Step("give to the user", target, Calls.Fchownat, directory, name, user.UserId, user.GroupId,
                Kernel.AtSymlinkNofollow);
        }
    }
}
