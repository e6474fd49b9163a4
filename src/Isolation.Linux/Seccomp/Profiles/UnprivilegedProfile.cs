using Isolation.Linux.Interop;
using static Isolation.ArgumentComparison;
using static Isolation.Linux.Seccomp.Profiles.CallArguments;
using static Isolation.Linux.Seccomp.Profiles.RuleText;

namespace Isolation.Linux.Seccomp.Profiles;

/// <summary>
/// For sandboxes without namespaces, whose programs have the user, the files and the processes of the host before them:
/// <see cref="JudgeProfile"/> without what the kernel allows to the same user and Landlock does not watch.
/// </summary>
internal static class UnprivilegedProfile
{
    internal static ProfileContent Content { get; } = new(
        SystemCallAction.Errno(Errno.EPERM),
        [
            // Attributes by way of a descriptor, for which it is enough to have the file open for reading.
            Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, SetFileFlags)),
            Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, SetFileFlags32)),
            Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, SetFileVersion)),
            Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, SetFileVersion32)),
            Deny(Errno.EPERM, "ioctl").When(Int32Equal(1, SetExtendedFileFlags)),
            .. JudgeProfile.Common,

            // Before Linux 6.12 Landlock keeps no signals within a sandbox; one to all would end whatever the user
            // runs.
            Deny(Errno.EPERM, "kill").When(Int32Equal(0, Everybody)),
            Allow("kill"),

            // Its own only: 0 stands for the caller, but with another kind than a process also for its group or its
            // user.
            Allow("sched_setaffinity").When(Int32Equal(0, 0)),
            Allow("setpriority").When(Int32Equal(0, PriorityOfProcess), Int32Equal(1, 0)),
        ]);
}
