using Isolation.Linux.Identity;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Plans;

/// <summary>An overlay that the host lays and passes to init.</summary>
/// <param name="Root">What it is made of.</param>
/// <param name="MapsOwners">Whether the owners in the layers are mapped by the sandbox's user namespace.</param>
/// <param name="FirstOwner">The sandbox's first user as the host sees it, who owns a throw-away layer.</param>
/// <param name="Capabilities">Those that the host has in effect.</param>
internal sealed record HostOverlay(OverlayRoot Root, bool MapsOwners, HostOwner FirstOwner, long Capabilities)
{
    /// <summary>For tests that make a step fail: changes the program that lays it before it runs.</summary>
    internal Action<ProgramBuilder>? ChangeProgram { get; init; }
}
