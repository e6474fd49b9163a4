using static Isolation.Linux.Seccomp.Profiles.RuleText;

namespace Isolation.Linux.Seccomp.Profiles;

/// <summary>Provides the profiles of language runtimes.</summary>
internal static class RuntimeProfiles
{
    /// <summary>
    /// NUMA memory placement, which garbage collectors query and use to place their heaps.
    /// </summary>
    private const string MemoryPolicy = "get_mempolicy mbind set_mempolicy";

    internal static ProfileContent DotNet { get; } = With(MemoryPolicy);

    internal static ProfileContent Jvm { get; } = With(MemoryPolicy);

    /// <summary>
    /// Gets the profile for Node.js, which falls back if io_uring is refused and needs nothing beyond the default
    /// profile.
    /// </summary>
    internal static ProfileContent Node { get; } = DefaultProfile.Content;

    private static ProfileContent With(string names) =>
        DefaultProfile.Content with { Rules = [.. DefaultProfile.Content.Rules, Allow(names)] };
}
