using Isolation.Linux.Programs;

namespace Isolation.Linux.FileSystem;

/// <summary>
/// Mounts an overlay with the privileges of an application running as root, for a sandbox with its own user namespace.
/// With fewer privileges, overlayfs could not mark a directory on a tmpfs as replaced before Linux 6.6, nor see the
/// marks set by the host's own overlays.
/// </summary>
/// <param name="builder">The program builder.</param>
/// <param name="overlay">The overlay to mount.</param>
/// <param name="kept">The location of the kept upper layer, if there is one.</param>
/// <param name="userNamespace">The address of the word with the descriptor of the sandbox's user namespace.</param>
internal sealed class HostOverlaySteps(
    ProgramBuilder builder, OverlaySource overlay, UpperPlace? kept, long userNamespace)
    : OverlaySteps(builder, overlay.Root)
{
    /// <summary>
    /// The options that keep a kept layer self-contained whatever the kernel's defaults, as it always is in a user
    /// namespace.
    /// </summary>
    internal const string PlainFormat = "redirect_dir=off,metacopy=off,index=off";

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
        long tree = Mounts.CopyOf(directory);
        if (overlay.MapsOwners)
        {
            Mounts.MapOwners(directory, tree, userNamespace);
        }

        return tree;
    }
}
