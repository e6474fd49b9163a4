using Isolation.Linux.Identity;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;

namespace Isolation.Linux.FileSystem;

/// <summary>Describes an overlay that the application mounts and passes to init.</summary>
/// <param name="Root">The specification of the overlay.</param>
/// <param name="MapsOwners">Whether the sandbox's user namespace maps the owners in the layers.</param>
/// <param name="FirstOwner">The host ids of the sandbox's first user, who owns a temporary layer.</param>
/// <param name="Capabilities">The effective capabilities of the application.</param>
internal sealed record OverlaySource(OverlayRoot Root, bool MapsOwners, HostOwner FirstOwner, long Capabilities)
    : HostSource(Root.Layers[0])
{
    /// <summary>Gets a change to the mounting program before it runs, for tests that make a step fail.</summary>
    internal Action<ProgramBuilder>? ChangeProgram { get; init; }

    /// <summary>
    /// Returns whether the application mounts overlays for init. Users other than root lose their capabilities when the
    /// init image is executed.
    /// </summary>
    internal static bool IsUsedFor(PlanningContext context) =>
        context.HostOpensDirectories && context.Facts.UserId == 0;

    internal override ValueTask<int> OpenAsync(PassedDescriptors passed, CancellationToken cancellationToken) =>
        OverlayMounter.OpenAsync(this, MapsOwners ? passed.OpenUserNamespace(Path) : -1, cancellationToken);
}
