using Isolation.Linux.Parts;

namespace Isolation.Linux.FileSystem;

/// <summary>Mounts an overlay in init, which can access the layers itself.</summary>
internal sealed class OwnOverlaySteps(PlanningContext context, OverlayRoot overlay)
    : OverlaySteps(context.Builder, overlay)
{
    /// <summary>Gets the options. In a user namespace, overlayfs may not set its usual marker attributes.</summary>
    protected override string Options => context.Makes(Namespaces.User) ? "userxattr" : HostOverlaySteps.PlainFormat;

    protected override void BringLayer(long place, string layer, string name) => Link(place, layer, name, layer);

    protected override void BringUpper(long place, PersistentUpper kept, string upper, string work)
    {
        Link(place, kept.Directory, upper, kept.Directory);
        Link(place, kept.WorkDirectory, work, kept.WorkDirectory);
    }
}
