using Isolation.Linux.Interop;
using static Isolation.ArgumentComparison;
using static Isolation.Linux.Seccomp.Profiles.CallArguments;
using static Isolation.Linux.Seccomp.Profiles.RuleText;

namespace Isolation.Linux.Seccomp.Profiles;

/// <summary>
/// Provides the profile for sandboxes without namespaces, whose programs share the application's user, files and
/// processes: <see cref="JudgeProfile"/> without the calls that the kernel allows to the same user and Landlock does
/// not restrict.
/// </summary>
internal static class UnprivilegedProfile
{
    internal static ProfileContent Content { get; } = new(
        SystemCallAction.Errno(Errno.EPERM),
        [
            // Attributes changed through a descriptor, for which the file only needs to be open for reading.
            Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, SetFileFlags)),
            Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, SetFileFlags32)),
            Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, SetFileVersion)),
            Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, SetFileVersion32)),
            Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, SetExtendedFileFlags)),
            .. JudgeProfile.Common,

            // Before Linux 6.12, Landlock cannot confine signals to a sandbox; kill(-1) would end all processes of the
            // user.
            Deny(Errno.EPERM, "kill").When(Int32Equal(0, Everybody)),
            Allow("kill"),

            // Own process only: 0 is the caller; with another kind than a process, 0 is also the caller's group or
            // user.
            Allow("sched_setaffinity").When(Int32Equal(0, 0)),
            Allow("setpriority").When(Int32Equal(0, PriorityOfProcess), Int32Equal(1, 0)),
        ]);
}
