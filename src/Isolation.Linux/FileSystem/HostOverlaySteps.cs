using Isolation.Linux.Interop;
using Isolation.Linux.Plans;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>
/// Lays an overlay with the rights of a root host, for a sandbox with a user namespace of its own: with fewer rights
/// overlayfs could not mark a directory on a tmpfs as replaced before Linux 6.6, nor see the marks that the host's own
/// overlays have set.
/// </summary>
/// <param name="builder">The program.</param>
/// <param name="overlay">What is laid.</param>
/// <param name="kept">Where the kept upper layer lies, if there is one.</param>
/// <param name="userNamespace">The word that holds the descriptor of the sandbox's user namespace.</param>
internal sealed class HostOverlaySteps(
    ProgramBuilder builder, HostOverlay overlay, UpperPlace? kept, long userNamespace)
    : OverlaySteps(builder, overlay.Root)
{
    /// <summary>
    /// What a kept layer holds is complete, whatever the kernel's defaults are, as it is in a user namespace always.
    /// </summary>
    internal const string PlainFormat = "redirect_dir=off,metacopy=off,index=off";

    private readonly long _empty = builder.AddText("");
    private readonly long _mapping = builder.AddStructure(new MountAttributes { Set = Kernel.MountAttrIdmap });

    protected override string Options => PlainFormat;

    protected override void BringLayer(long place, string layer, string name) =>
        PlaceMount(place, Clone(layer), name, layer);

    protected override void BringUpper(long place, PersistentUpper asked, string upper, string work)
    {
        const string Name = "kept";
        UpperPlace both = kept!;
        PlaceMount(place, Clone(both.Directory), Name, both.Directory);
        Link(place, $"{Name}/{both.Upper}", upper, asked.Directory);
        Link(place, $"{Name}/{both.Work}", work, asked.WorkDirectory);
    }

    private long Clone(string directory)
    {
        long tree = B.Reserve(8);
        B.Step("open", directory, Calls.OpenTree, Kernel.AtFdcwd, B.AddText(directory),
            Kernel.OpenTreeClone | Kernel.OpenTreeCloexec, result: tree, kind: StepKind.OpenOfHost);
        if (overlay.MapsOwners)
        {
            B.Branch(Node.Load32, [userNamespace], _mapping + (3 * Node.WordSize), Label.Next, Label.Next, Label.Next);
            B.Step("map the owners of", directory, Calls.MountSetattr, Value.Word(tree), _empty, Kernel.AtEmptyPath,
                _mapping, 32, kind: StepKind.MapOwners);
        }

        return tree;
    }
}
