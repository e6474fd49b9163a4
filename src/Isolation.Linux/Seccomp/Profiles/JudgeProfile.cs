using System.Collections.Immutable;
using Isolation.Linux.Interop;
using static Isolation.ArgumentComparison;
using static Isolation.Linux.Seccomp.Profiles.CallArguments;
using static Isolation.Linux.Seccomp.Profiles.RuleText;

namespace Isolation.Linux.Seccomp.Profiles;

/// <summary>
/// Provides the system calls of programs that read, compute and write: <see cref="DefaultProfile"/> without
/// <see cref="DefaultProfile.Further"/> and without sockets, except connected pairs, which cannot reach other
/// processes.
/// </summary>
internal static class JudgeProfile
{
    /// <summary>Gets the rules shared with <see cref="UnprivilegedProfile"/>.</summary>
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

        // Flushing everything loads the host and is of no use to a program that only computes, so these calls do
        // nothing and succeed.
        Deny(0, "sync syncfs"),
    ];

    internal static ProfileContent Content { get; } = new(
        SystemCallAction.Errno(Errno.EPERM),
        [.. Common, Allow(DefaultProfile.Attributes), Allow(DefaultProfile.OtherProcesses)]);
}
