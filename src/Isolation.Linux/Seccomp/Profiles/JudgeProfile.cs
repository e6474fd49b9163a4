using System.Collections.Immutable;
using Isolation.Linux.Interop;
using static Isolation.ArgumentComparison;
using static Isolation.Linux.Seccomp.Profiles.CallArguments;
using static Isolation.Linux.Seccomp.Profiles.RuleText;

namespace Isolation.Linux.Seccomp.Profiles;

/// <summary>
/// What programs need that read, compute and write: <see cref="DefaultProfile"/> without
/// <see cref="DefaultProfile.Further"/> and without sockets, but for connected pairs, which reach nobody else.
/// </summary>
internal static class JudgeProfile
{
    /// <summary>What <see cref="UnprivilegedProfile"/> has, too.</summary>
    internal static ImmutableArray<SystemCallRule> Common { get; } =
    [
        .. DefaultProfile.Partly,
        Allow("socketpair").When(Int32Equal(0, FamilyUnix), Masked(1, SocketTypeMask, SocketStream)),
        Allow("socketpair").When(Int32Equal(0, FamilyUnix), Masked(1, SocketTypeMask, SocketPackets)),
        Allow(DefaultProfile.Files),
        Allow(DefaultProfile.Waiting),
        Allow(DefaultProfile.Memory),
        Allow(DefaultProfile.Processes),
        Allow(DefaultProfile.Facts),
        Allow(DefaultProfile.OpenSockets),

        // To have everything written out is a load on the host, and nothing to a program that only computes: it seems
        // to succeed.
        Deny(0, "sync syncfs"),
    ];

    internal static ProfileContent Content { get; } = new(
        SystemCallAction.Errno(Errno.EPERM),
        [.. Common, Allow(DefaultProfile.Attributes), Allow(DefaultProfile.OtherProcesses)]);
}
