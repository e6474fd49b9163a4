using System.Collections.Immutable;

namespace Isolation.Linux.Seccomp.Profiles;

/// <summary>What a profile consists of.</summary>
internal sealed record ProfileContent(SystemCallAction DefaultAction, ImmutableArray<SystemCallRule> Rules)
{
    internal static ProfileContent Of(SystemCallProfile profile) => profile switch
    {
        SystemCallProfile.None => NoProfile,
        SystemCallProfile.Default => DefaultProfile.Content,
        SystemCallProfile.Judge => JudgeProfile.Content,
        SystemCallProfile.Unprivileged => UnprivilegedProfile.Content,
        SystemCallProfile.DotNet => RuntimeProfiles.DotNet,
        SystemCallProfile.Jvm => RuntimeProfiles.Jvm,
        SystemCallProfile.Node => RuntimeProfiles.Node,
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, null),
    };

    /// <summary>The filter itself must say what happens to other calls, so the action here is never used.</summary>
    private static ProfileContent NoProfile { get; } = new(SystemCallAction.KillProcess, []);
}
