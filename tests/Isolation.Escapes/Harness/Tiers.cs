using System.Collections.Immutable;

namespace Isolation.Escapes.Harness;

/// <summary>Provides the tiers that the attacks are tried against.</summary>
internal static class Tiers
{
    internal static Tier Default { get; } = new("default", SandboxPresets.HostPrograms);

    internal static Tier Judge { get; } = new(
        "judge", static () => SandboxPresets.Judge().WithLimits(static limits => limits.BestEffort()));

    internal static Tier PlugIn { get; } = new(
        "plug-in", static () => SandboxPresets.PlugIn().WithLimits(static limits => limits.BestEffort()));

    internal static Tier Unprivileged { get; } = new("unprivileged", SandboxPresets.Unprivileged)
    {
        Show = static (builder, directory) => builder.WithLandlock(landlock => landlock.ReadExecute(directory)),
        Share = static (builder, directory) => builder.WithLandlock(landlock => landlock.ReadWrite(directory)),
    };

    internal static ImmutableArray<Tier> All { get; } = [Default, Judge, PlugIn, Unprivileged];
}
