using Isolation.Linux.Programs;
using static Isolation.Linux.Seccomp.Profiles.RuleText;

namespace Isolation.Linux.Seccomp.Profiles;

/// <summary>Profiles for programs of a runtime.</summary>
internal static class RuntimeProfiles
{
    /// <summary>
    /// Where memory lies on machines with several nodes; garbage collectors ask for it and place their heaps by it.
    /// </summary>
    private const string MemoryPolicy = "get_mempolicy mbind set_mempolicy";

    internal static ProfileContent DotNet { get; } = With(MemoryPolicy);

    internal static ProfileContent Jvm { get; } = With(MemoryPolicy);

    /// <summary>
    /// Node.js falls back where io_uring is refused, and needs nothing that the default does not have.
    /// </summary>
    internal static ProfileContent Node { get; } = DefaultProfile.Content;

    private static ProfileContent With(string names) =>
        DefaultProfile.Content with { Rules = [.. DefaultProfile.Content.Rules, Allow(names)] };
}
