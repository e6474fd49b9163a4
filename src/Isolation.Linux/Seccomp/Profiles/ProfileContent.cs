using System.Collections.Immutable;

namespace Isolation.Linux.Seccomp.Profiles;

/// <summary>Represents the content of a profile.</summary>
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

    /// <summary>
    /// Gets the empty profile. A filter without a profile must set its own default action, so the action here is never
    /// used.
    /// </summary>
    private static ProfileContent NoProfile { get; } = new(SystemCallAction.KillProcess, []);
}
