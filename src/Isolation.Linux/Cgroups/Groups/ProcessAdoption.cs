using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>Moves processes of a sandbox between cgroups.</summary>
internal static class ProcessAdoption
{
    private const int AdoptionRounds = 50;

    /// <summary>
    /// Moves all running processes of the commands. A process forked meanwhile is in its parent's cgroup: in the new
    /// one if the parent was moved, otherwise it is found in the next round.
    /// </summary>
    /// <param name="source">The directory of a cgroup of the sandbox in another hierarchy.</param>
    /// <param name="directory">The directory of the new cgroup.</param>
    internal static void Adopt(string source, string directory)
    {
        long result = 0;
        for (int round = 0; round < AdoptionRounds; round++)
        {
            string[] outside = [.. CgroupFiles.WithThoseBelow(source).SelectMany(CgroupFiles.Members)
                .Except(CgroupFiles.Members(directory))];
            if (outside.Length == 0)
            {
                return;
            }

            foreach (string member in outside)
            {
                // A process that has ended meanwhile need not be moved.
                long moved = CgroupFiles.Write($"{directory}/cgroup.procs", member);
                result = moved is 0 or -Errno.ESRCH ? result : moved;
            }
        }

        ProgramStep step = new("move the sandbox's processes into the cgroup", directory, StepKind.JoinGroup);
        SandboxErrors.Check(result, step);
        throw SandboxErrors.Refuse(step, Errno.EAGAIN);
    }

    /// <summary>Moves the processes of a cgroup and of those below it back into the parent.</summary>
    internal static void Return(string directory, string parent)
    {
        foreach (string member in CgroupFiles.WithThoseBelow(directory).SelectMany(CgroupFiles.Members))
        {
            CgroupFiles.Write($"{parent}/cgroup.procs", member);
        }
    }
}
