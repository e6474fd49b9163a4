using System.Collections.Immutable;

namespace Isolation.Escapes.Harness;

/// <summary>What the attacks are tried against.</summary>
internal static class Tiers
{
    internal static Tier Default { get; } = new("default", SandboxPresets.HostPrograms);

    internal static ImmutableArray<Tier> All { get; } = [Default];
}
