using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Setup;

/// <summary>The steps that make mounts and change them. Each returns the word that holds a mount's descriptor.</summary>
internal sealed class MountSteps(SetupContext context)
{
    private readonly long _empty = context.Builder.AddText("");

    private static SystemCallTable Calls => SystemCallTable.Current;

    private ProgramBuilder B => context.Builder;

    /// <summary>A detached clone of the mounts at a path of the host.</summary>
    internal long Tree(string path, bool recursive)
    {
        if (context.Facts.MayMount && context.Makes(Namespaces.User))
        {
            // Inside its user namespace init has no rights on files of ids that are not mapped; the host opens them for it.
            return context.AddSource(new HostSource(recursive ? HostSourceKind.MountTree : HostSourceKind.Mount, path));
        }

        long tree = B.Reserve(8);
        B.Step(
            "open", path, Calls.OpenTree, Kernel.AtFdcwd, B.AddText(path),
            Kernel.OpenTreeClone | Kernel.OpenTreeCloexec | (recursive ? Kernel.AtRecursive : 0), result: tree);
        return tree;
    }

    /// <summary>A detached clone of the mounts at a descriptor inside.</summary>
    internal long CloneOf(long word, string path)
    {
        long tree = B.Reserve(8);
        B.Step(
            "open", path, Calls.OpenTree, Value.Word(word), _empty,
            Kernel.OpenTreeClone | Kernel.OpenTreeCloexec | Kernel.AtRecursive | Kernel.AtEmptyPath, result: tree);
        return tree;
    }

    internal long Temporary(string action, long size, long? inodes, string mode, long attributes)
    {
        List<(string, string?)> options = [("size", size.ToString(CultureInfo.InvariantCulture)), ("mode", mode)];
        if (inodes is { } count)
        {
            options.Add(("nr_inodes", count.ToString(CultureInfo.InvariantCulture)));
        }

        return FileSystem("tmpfs", action, null, options, attributes);
    }

    /// <summary>A new, detached mount of a file system.</summary>
    internal long FileSystem(string type, string action, string? target, IEnumerable<(string Key, string? Value)> options, long attributes)
    {
        StepKind kind = type switch
        {
            "proc" => StepKind.MakeProc,
            "sysfs" => StepKind.MakeSys,
            "overlay" => StepKind.MakeOverlay,
            _ => StepKind.Other,
        };
        long file = B.Reserve(8);
        long mount = B.Reserve(8);
        B.Step(action, target, Calls.Fsopen, B.AddText(type), Kernel.FsopenCloexec, result: file, kind: kind);
        foreach ((string key, string? value) in options)
        {
            B.Step(
                $"{action}, option {key}={value}", target, Calls.Fsconfig, Value.Word(file),
                value is null ? Kernel.FsconfigSetFlag : Kernel.FsconfigSetString, B.AddText(key), value is null ? 0 : B.AddText(value), 0, kind: kind);
        }

        B.Step(action, target, Calls.Fsconfig, Value.Word(file), Kernel.FsconfigCreate, kind: kind);
        B.Step(action, target, Calls.Fsmount, Value.Word(file), Kernel.FsmountCloexec, attributes, result: mount, kind: kind);
        return mount;
    }

    internal void SetAttributes(string action, string? target, long mount, MountAttributes attributes, int flags)
    {
        if (attributes.Set != 0 || attributes.Propagation != 0)
        {
            B.Step(action, target, Calls.MountSetattr, Value.Word(mount), _empty, Kernel.AtEmptyPath | flags, B.AddStructure(attributes), 32);
        }
    }

    internal void Move(string action, string? target, long mount, long place) =>
        B.Step(
            action, target, Calls.MoveMount, Value.Word(mount), _empty, Value.Word(place), _empty,
            Kernel.MoveMountFromEmptyPath | Kernel.MoveMountToEmptyPath);

    internal long ThrowAwayOverlay(OverlayRoot overlay, long size)
    {
        // overlayfs takes its folders by path, so the memory that holds them is placed for a moment where all have a folder.
        long memory = Temporary("make the upper layer", size, null, "755", Kernel.MountAttrNosuid | Kernel.MountAttrNodev);
        B.Step("make the upper layer", null, Calls.Mkdirat, Value.Word(memory), B.AddText("upper"), 0b111_101_101);
        B.Step("make the upper layer", null, Calls.Mkdirat, Value.Word(memory), B.AddText("work"), 0b111_101_101);
        B.Step("place the upper layer", "/proc", Calls.MoveMount, Value.Word(memory), _empty, Kernel.AtFdcwd, B.AddText("/proc"), Kernel.MoveMountFromEmptyPath);
        long root = Overlay(overlay, "/proc/upper", "/proc/work");
        B.Step("hide the upper layer", "/proc", Calls.Umount2, B.AddText("/proc"), Kernel.MntDetach);
        return root;
    }

    internal long Overlay(OverlayRoot overlay, string upper, string work)
    {
        // A value has at most 255 bytes. Since Linux 6.7 layers can be given one by one, which needs no escapes.
        bool oneByOne = Environment.OSVersion.Version >= new Version(6, 7);
        IEnumerable<(string, string?)> layers = oneByOne
            ? overlay.Layers.Select(layer => ("lowerdir+", (string?)layer))
            : [("lowerdir", string.Join(':', overlay.Layers.Select(EscapeLayer)))];
        List<(string, string?)> options =
        [
            .. layers,
            ("upperdir", EscapeFolder(upper)),
            ("workdir", EscapeFolder(work)),
        ];
        if (context.Makes(Namespaces.User))
        {
            options.Add(("userxattr", null));
        }

        return FileSystem("overlay", "lay the layers over each other", null, options, Kernel.MountAttrNosuid | Kernel.MountAttrNodev);
    }

    private static string EscapeLayer(string path) => EscapeFolder(path).Replace(":", "\\:", StringComparison.Ordinal);

    private static string EscapeFolder(string path) => new StringBuilder(path).Replace("\\", "\\\\").Replace(",", "\\,").ToString();

    /// <summary>A struct open_how that stays inside the root, whatever links are on the way; see openat2(2).</summary>
    internal long How(int flags, int mode = 0) =>
        B.AddBytes(MemoryMarshal.AsBytes<long>([flags | Kernel.OCloexec, mode, Kernel.ResolveInRoot | Kernel.ResolveNoMagiclinks]));
}
