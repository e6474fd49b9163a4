using System.Globalization;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>Kills what is in groups, so that no fork outruns it.</summary>
internal static class CgroupKiller
{
    private const int MaximumRounds = 200;

    /// <summary>How many processes are held by descriptors at once while they are signalled.</summary>
    private const int BatchSize = 128;

    /// <summary>
    /// Kills every process in some groups and in those below them, and waits until they are gone. The groups take no
    /// processes afterwards.
    /// </summary>
    /// <param name="directories">The groups.</param>
    /// <param name="thawed">
    /// Where they are frozen on v1, a group that is not: a process ends only once it goes on, and what is killed goes
    /// on without an instruction of its own.
    /// </param>
    internal static void Kill(IReadOnlyCollection<string> directories, string? thawed = null)
    {
        for (int round = 0; round < MaximumRounds && KillOnce(directories, thawed); round++)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Kills every process that is in some groups and in those below them at this moment.</summary>
    /// <returns>Whether there may be some left: what is killed takes its time to end, and where nothing limits
    /// processes one may have been made.</returns>
    internal static bool KillOnce(IEnumerable<string> directories, string? thawed = null)
    {
        List<string> left = [];
        foreach (string directory in directories)
        {
            // Linux 5.14, v2: at once, and processes that are just being made are killed as well.
            if (CgroupFiles.Write($"{directory}/cgroup.kill", "1") != 0)
            {
                left.AddRange(CgroupFiles.WithThoseBelow(directory));
            }
        }

        foreach (string directory in left)
        {
            // Nothing can fork any more; only where there is the controller, hence the rounds.
            CgroupFiles.Write($"{directory}/pids.max", "0");
        }

        bool foundAny = false;
        foreach (string directory in left)
        {
            foreach (string[] batch in CgroupFiles.Members(directory).Chunk(BatchSize))
            {
                foundAny = true;
                KillBatch(directory, batch, thawed);
            }
        }

        return foundAny;
    }

    private static void KillBatch(string directory, string[] batch, string? thawed)
    {
        List<(string Number, int Pidfd)> held = [];
        foreach (string number in batch)
        {
            long pidfd = int.TryParse(number, CultureInfo.InvariantCulture, out int process)
                ? Kernel.pidfd_open(process)
                : -1;
            if (pidfd >= 0)
            {
                held.Add((number, (int)pidfd));
            }
        }

        // A number may have gone to a process of the host meanwhile; a descriptor cannot. So what is in the group now
        // is what is held.
        HashSet<string> members = held.Count == 0 ? [] : [.. CgroupFiles.Members(directory)];
        foreach ((string number, int pidfd) in held)
        {
            if (members.Contains(number))
            {
                Kernel.pidfd_send_signal(pidfd, (int)UnixSignal.SIGKILL);
                if (thawed is not null)
                {
                    CgroupFiles.Write($"{thawed}/cgroup.procs", number);
                }
            }

            Kernel.close(pidfd);
        }
    }
}
