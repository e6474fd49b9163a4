using System.Globalization;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>Kills the processes of cgroups such that no fork escapes.</summary>
internal static class CgroupKiller
{
    private const int MaximumRounds = 200;

    /// <summary>The number of processes held by pidfds at once while they are signalled.</summary>
    private const int BatchSize = 128;

    /// <summary>
    /// Kills every process in cgroups and in their descendants, and waits until the processes are gone. Afterwards no
    /// process can be created in the cgroups.
    /// </summary>
    /// <param name="directories">The cgroups.</param>
    /// <param name="thawed">
    /// If the cgroups are frozen on v1, a cgroup that is not: a killed process ends only when it is thawed, so killed
    /// processes are moved there. They execute no further instruction.
    /// </param>
    internal static void Kill(IReadOnlyCollection<string> directories, string? thawed = null)
    {
        for (int round = 0; round < MaximumRounds && KillOnce(directories, thawed); round++)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Kills every process that is currently in cgroups and in their descendants.</summary>
    /// <returns>
    /// <see langword="true"/> if processes may remain: a killed process takes time to end, and if nothing limits the
    /// number of processes, a new one may have been created.
    /// </returns>
    internal static bool KillOnce(IEnumerable<string> directories, string? thawed = null)
    {
        List<string> left = [];
        foreach (string directory in directories)
        {
            // Linux 5.14, v2: kills all at once, including processes that are just being created.
            if (CgroupFiles.Write($"{directory}/cgroup.kill", "1") != 0)
            {
                left.AddRange(CgroupFiles.WithThoseBelow(directory));
            }
        }

        foreach (string directory in left)
        {
            // Prevents forks, but only if the pids controller is available, hence the rounds.
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

        // A process id may have been reused by a process outside the cgroup, but a pidfd cannot. A process id that is a
        // member now therefore belongs to the pidfd.
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
