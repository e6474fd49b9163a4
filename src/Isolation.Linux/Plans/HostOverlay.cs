using Isolation.Linux.Identity;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Plans;

/// <summary>Describes an overlay that the application mounts and passes to init.</summary>
/// <param name="Root">The specification of the overlay.</param>
/// <param name="MapsOwners">Whether the sandbox's user namespace maps the owners in the layers.</param>
/// <param name="FirstOwner">The host ids of the sandbox's first user, who owns a temporary layer.</param>
/// <param name="Capabilities">The effective capabilities of the application.</param>
internal sealed record HostOverlay(OverlayRoot Root, bool MapsOwners, HostOwner FirstOwner, long Capabilities)
{
    /// <summary>Gets a change to the mounting program before it runs, for tests that make a step fail.</summary>
    internal Action<ProgramBuilder>? ChangeProgram { get; init; }
}
