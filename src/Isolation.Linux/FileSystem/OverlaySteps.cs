using System.Globalization;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>
/// Mounts the layers of a root as an overlay. overlayfs takes directories by path; a path may be too long, contain
/// special characters, or not exist because a layer is a clone of a mount. The layers therefore get short names in a
/// directory that is temporarily mounted at a path that exists on every host.
/// </summary>
internal abstract class OverlaySteps(ProgramBuilder builder, OverlayRoot overlay)
{
    private const string Action = "lay the layers over each other";
    private const string Place = "/proc";

    // Symbolic links of more than 128 bytes take a page each, and there are up to 500 layers.
    private const long PlaceSize = 4 << 20;

    protected static SystemCallTable Calls => SystemCallTable.Current;

    protected ProgramBuilder B => builder;

    protected MountSteps Mounts { get; } = new(builder);

    /// <summary>Gets the options of overlayfs that depend on the mounting process.</summary>
    protected abstract string Options { get; }

    /// <summary>Returns the address of the word that holds the descriptor of the new mount.</summary>
    internal long Lay()
    {
        long place = Mounts.Temporary(
            "make a place for the layers", PlaceSize, null, "755", Kernel.MountAttrNosuid | Kernel.MountAttrNodev);
        Mounts.MoveTo("put the layers together on", Place, place, Place);
        for (int index = 0; index < overlay.Layers.Length; index++)
        {
            Find("find the layer", overlay.Layers[index]);
            BringLayer(place, overlay.Layers[index], Name(index));
        }

        (string upper, string work) = ("upper", "work");
        if (overlay.Upper is PersistentUpper kept)
        {
            Find("find the upper layer", kept.Directory);
            Find("find the upper layer", kept.WorkDirectory);
            BringUpper(place, kept, upper, work);
        }
        else
        {
            const string Memory = "memory";
            MakeUpper(place, ((TemporaryUpper)overlay.Upper).Size, Memory, upper, work);
            (upper, work) = ($"{Memory}/{upper}", $"{Memory}/{work}");
        }

        B.Step("enter the place of the layers", Place, Calls.Fchdir, Value.Word(place));
        string layers = string.Join(':', Enumerable.Range(0, overlay.Layers.Length).Select(Name));
        long root = Mount($"lowerdir={layers},upperdir={upper},workdir={work},{Options}");
        Leave();
        B.Step("leave the place of the layers", Place, Calls.Chdir, B.AddText("/"));
        Leave();
        return root;
    }

    protected abstract void BringLayer(long place, string layer, string name);

    protected abstract void BringUpper(long place, PersistentUpper kept, string upper, string work);

    protected void Link(long place, string text, string name, string layer) =>
        B.Step("name the layer", layer, Calls.Symlinkat, B.AddText(text), Value.Word(place), B.AddText(name));

    protected void PlaceMount(long place, long mount, string name, string layer)
    {
        B.Step("name the layer", layer, Calls.Mkdirat, Value.Word(place), B.AddText(name), 0b111_101_101);
        Mounts.MoveTo("place the layer", layer, mount, Value.Word(place), name);
    }

    private static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Checks each directory, because the kernel does not report which layer is missing.</summary>
    private void Find(string action, string directory)
    {
        long found = B.Reserve(8);
        B.Step(
            action, directory, Calls.Openat, Kernel.AtFdcwd, B.AddText(directory),
            Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec,
            result: found, kind: StepKind.FindLayer);
        B.Try(Calls.Close, Value.Word(found));
    }

    private void MakeUpper(long place, long size, string name, params ReadOnlySpan<string> directories)
    {
        const string Make = "make the upper layer";
        long memory = Mounts.Temporary(
            Make, size, null, "755", Kernel.MountAttrNosuid | Kernel.MountAttrNodev);
        foreach (string directory in directories)
        {
            B.Step(Make, null, Calls.Mkdirat, Value.Word(memory), B.AddText(directory), 0b111_101_101);
        }

        PlaceMount(place, memory, name, name);
    }

    /// <summary>
    /// Uses mount(2): values of fsconfig(2) have at most 255 bytes, and only Linux 6.7 and later take layers one by
    /// one.
    /// </summary>
    private long Mount(string options)
    {
        long type = B.AddText("overlay");
        B.Step(
            Action, null, Calls.Mount, type, B.AddText(Place), type, Kernel.MsNosuid | Kernel.MsNodev,
            B.AddText(options), kind: StepKind.MakeOverlay);
        long root = Mounts.CopyOf(Action, null, Place, StepKind.MakeOverlay);
        if (overlay.Upper is PersistentUpper)
        {
            RefuseReadOnly(root);
        }

        return root;
    }

    /// <summary>Fails if overlayfs silently mounted read-only because it cannot write to the work directory.</summary>
    private void RefuseReadOnly(long root)
    {
        Label writable = B.NewLabel(), readOnly = B.NewLabel();
        long result = B.Reserve(8);
        B.Branch(Calls.Faccessat, [Value.Word(root), B.AddText("."), Kernel.WOk], result, writable, writable,
            Label.Next);
        B.Compare(Value.Word(result), -Errno.EROFS, writable, readOnly, writable);
        B.Mark(readOnly);
        B.Step(Action, null, Node.Load32, result, kind: StepKind.MakeOverlay);
        B.Mark(writable);
    }

    /// <summary>Unmounts the topmost mount.</summary>
    private void Leave() =>
        B.Step("clear the place of the layers", Place, Calls.Umount2, B.AddText(Place), Kernel.MntDetach);
}
