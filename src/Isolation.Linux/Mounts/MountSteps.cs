using System.Globalization;
using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Mounts;

/// <summary>
/// Adds steps that create and change mounts. Each returns the address of the word that holds a mount's descriptor.
/// </summary>
internal sealed class MountSteps(ProgramBuilder builder)
{
    /// <summary>
    /// The number of bytes per inode. A file with content takes at least a page, so a tmpfs filled with content never
    /// reaches its limit of inodes. An empty file takes about a kilobyte of kernel memory that no size limit counts.
    /// </summary>
    private const long BytesPerInode = 4096;

    /// <summary>The minimum number of inodes: enough for the entries that the setup creates.</summary>
    private const long FewestInodes = 1024;

    private readonly long _empty = builder.AddText("");

    private static SystemCallTable Calls => SystemCallTable.Current;

    private ProgramBuilder B => builder;

    /// <summary>Ends the propagation of mounts to the host.</summary>
    /// <param name="propagation">The propagation type of all mounts, see mount_namespaces(7).</param>
    internal void Separate(int propagation) =>
        B.Step("separate the mounts from the host's", null, Calls.Mount, 0, B.AddText("/"), 0,
            Kernel.MsRec | propagation);

    /// <summary>Adds a detached clone of the mounts at a descriptor inside.</summary>
    internal long CloneOf(long word, string path)
    {
        long tree = B.Reserve(8);
        B.Step(
            "open", path, Calls.OpenTree, Value.Word(word), _empty,
            Kernel.OpenTreeClone | Kernel.OpenTreeCloexec | Kernel.AtRecursive | Kernel.AtEmptyPath, result: tree);
        return tree;
    }

    /// <summary>Adds a detached clone of the mount at a path of the host, or of a part of it.</summary>
    internal long CopyOf(string path, bool isRecursive = false) =>
        CopyOf("open", path, path, StepKind.OpenOfHost, isRecursive);

    internal long CopyOf(string action, string? target, string path, StepKind kind, bool isRecursive = false)
    {
        long tree = B.Reserve(8);
        B.Step(
            action, target, Calls.OpenTree, Kernel.AtFdcwd, B.AddText(path),
            Kernel.OpenTreeClone | Kernel.OpenTreeCloexec | (isRecursive ? Kernel.AtRecursive : 0), result: tree,
            kind: kind);
        return tree;
    }

    /// <summary>
    /// Adds a detached clone of the mount at a path of the host that only the program knows, at an address.
    /// </summary>
    internal long CopyAt(string target, long path)
    {
        long tree = B.Reserve(8);
        B.Step(
            "open", target, Calls.OpenTree, Kernel.AtFdcwd, path, Kernel.OpenTreeClone | Kernel.OpenTreeCloexec,
            result: tree, kind: StepKind.OpenOfHost);
        return tree;
    }

    internal long Temporary(string action, long size, long? inodes, string mode, long attributes)
    {
        long count = inodes ?? Math.Max(FewestInodes, size / BytesPerInode);
        return FileSystem(
            "tmpfs", action, null,
            [
                ("size", size.ToString(CultureInfo.InvariantCulture)),
                ("nr_inodes", count.ToString(CultureInfo.InvariantCulture)),
                ("mode", mode),
            ],
            attributes);
    }

    /// <summary>Adds a new, detached mount of a file system.</summary>
    internal long FileSystem(
        string type, string action, string? target, IEnumerable<(string Key, string? Value)> options, long attributes)
    {
        StepKind kind = type switch
        {
            "proc" => StepKind.MakeProc,
            "sysfs" => StepKind.MakeSys,
            _ => StepKind.Mount,
        };
        long file = B.Reserve(8);
        long mount = B.Reserve(8);
        B.Step(action, target, Calls.Fsopen, B.AddText(type), Kernel.FsopenCloexec, result: file, kind: kind);
        foreach ((string key, string? value) in options)
        {
            B.Step(
                $"{action}, option {key}={value}", target, Calls.Fsconfig, Value.Word(file),
                value is null ? Kernel.FsconfigSetFlag : Kernel.FsconfigSetString, B.AddText(key),
                value is null ? 0 : B.AddText(value), 0, kind: kind);
        }

        B.Step(action, target, Calls.Fsconfig, Value.Word(file), Kernel.FsconfigCreate, kind: kind);
        B.Step(action, target, Calls.Fsmount, Value.Word(file), Kernel.FsmountCloexec, attributes, result: mount,
            kind: kind);
        return mount;
    }

    internal void SetAttributes(string action, string? target, long mount, MountAttributes attributes, int flags)
    {
        if (attributes.Set != 0 || attributes.Propagation != 0)
        {
            B.Step(action, target, Calls.MountSetattr, Value.Word(mount), _empty, Kernel.AtEmptyPath | flags,
                B.AddStructure(attributes), 32);
        }
    }

    /// <summary>Maps the owners of a mount to those of a user namespace.</summary>
    /// <param name="path">The path of the mount on the host.</param>
    /// <param name="mount">The word with the descriptor of the mount.</param>
    /// <param name="userNamespace">The word with the descriptor of the user namespace.</param>
    internal void MapOwners(string path, long mount, long userNamespace)
    {
        long mapping = B.AddStructure(new MountAttributes { Set = Kernel.MountAttrIdmap });
        B.Branch(Node.Load32, [userNamespace], mapping + (3 * Node.WordSize), Label.Next, Label.Next, Label.Next);
        B.Step("map the owners of", path, Calls.MountSetattr, Value.Word(mount), _empty, Kernel.AtEmptyPath, mapping,
            32, kind: StepKind.MapOwners);
    }

    /// <summary>Mounts on an absolute path.</summary>
    internal void MoveTo(string action, string? target, long mount, string path) =>
        MoveTo(action, target, mount, Kernel.AtFdcwd, path);

    /// <summary>Mounts on an item of a directory.</summary>
    internal void MoveTo(string action, string? target, long mount, Value directory, string name) =>
        B.Step(action, target, Calls.MoveMount, Value.Word(mount), _empty, directory, B.AddText(name),
            Kernel.MoveMountFromEmptyPath);

    internal void Move(string action, string? target, long mount, long place, long result = 0) =>
        B.Step(
            action, target, Calls.MoveMount, Value.Word(mount), _empty, Value.Word(place), _empty,
            Kernel.MoveMountFromEmptyPath | Kernel.MoveMountToEmptyPath, result: result);

    /// <summary>
    /// Adds a struct open_how for lookups that never leave the root through symbolic links; see openat2(2).
    /// </summary>
    internal long How(int flags, int mode = 0) =>
        B.AddBytes(
            MemoryMarshal.AsBytes<long>(
                [flags | Kernel.OCloexec, mode, Kernel.ResolveInRoot | Kernel.ResolveNoMagiclinks]));
}
