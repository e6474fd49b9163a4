using System.Globalization;
using System.Text;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Setup;

/// <summary>The steps that make mounts and change them. Each returns the word that holds a mount's descriptor.</summary>
internal sealed class MountSteps(SetupContext context)
{
    private readonly long empty = context.Builder.AddText("");

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

        return B.Step(
            "open", path, Calls.OpenTree, Kernel.AtFdcwd, B.AddText(path),
            Kernel.OpenTreeClone | Kernel.OpenTreeCloexec | (recursive ? Kernel.AtRecursive : 0));
    }

    /// <summary>A detached clone of the mounts at a descriptor inside.</summary>
    internal long CloneOf(long word, string path)
    {
        return B.Step(
            "open", path, Calls.OpenTree, Value.Word(word), empty,
            Kernel.OpenTreeClone | Kernel.OpenTreeCloexec | Kernel.AtRecursive | Kernel.AtEmptyPath);
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
        long file = B.Step(action, target, Calls.Fsopen, B.AddText(type), Kernel.FsopenCloexec);
        foreach ((string key, string? value) in options)
        {
            B.Step(
                $"{action}, option {key}={value}", target, Calls.Fsconfig, Value.Word(file),
                value is null ? Kernel.FsconfigSetFlag : Kernel.FsconfigSetString, B.AddText(key), value is null ? 0 : B.AddText(value), 0);
        }

        B.Step(action, target, Calls.Fsconfig, Value.Word(file), Kernel.FsconfigCreate);
        return B.Step(action, target, Calls.Fsmount, Value.Word(file), Kernel.FsmountCloexec, attributes);
    }

    internal void SetAttributes(string action, string? target, long mount, MountAttributes attributes, int flags)
    {
        if (attributes.Set != 0 || attributes.Propagation != 0)
        {
            B.Step(action, target, Calls.MountSetattr, Value.Word(mount), empty, Kernel.AtEmptyPath | flags, B.AddStructure(attributes), 32);
        }
    }

    internal void Move(string action, string? target, long mount, long place) =>
        B.Step(
            action, target, Calls.MoveMount, Value.Word(mount), empty, Value.Word(place), empty,
            Kernel.MoveMountFromEmptyPath | Kernel.MoveMountToEmptyPath);

    internal long ThrowAwayOverlay(OverlayRoot overlay, long size)
    {
        // overlayfs takes its folders by path, so the memory that holds them is placed for a moment where all have a folder.
        long memory = Temporary("make the upper layer", size, null, "755", Kernel.MountAttrNosuid | Kernel.MountAttrNodev);
        B.Step("make the upper layer", null, Calls.Mkdirat, Value.Word(memory), B.AddText("upper"), 0b111_101_101);
        B.Step("make the upper layer", null, Calls.Mkdirat, Value.Word(memory), B.AddText("work"), 0b111_101_101);
        B.Step("place the upper layer", "/proc", Calls.MoveMount, Value.Word(memory), empty, Kernel.AtFdcwd, B.AddText("/proc"), Kernel.MoveMountFromEmptyPath);
        long root = Overlay(overlay, "/proc/upper", "/proc/work");
        B.Step("hide the upper layer", "/proc", Calls.Umount2, B.AddText("/proc"), Kernel.MntDetach);
        return root;
    }

    internal long Overlay(OverlayRoot overlay, string upper, string work)
    {
        List<(string, string?)> options =
        [
            ("lowerdir", string.Join(':', overlay.Layers.Select(EscapeLayer))),
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
}
