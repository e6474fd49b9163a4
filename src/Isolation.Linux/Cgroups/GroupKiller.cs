using System.Globalization;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups;

/// <summary>Kills what is in groups, so that no fork outruns it.</summary>
internal static class GroupKiller
{
    private const int MaximumRounds = 200;

    /// <summary>How many processes are held by descriptors at once while they are signalled.</summary>
    private const int BatchSize = 128;

    /// <summary>Kills every process in some groups and in those below them, and waits until they are gone. The groups take no processes afterwards.</summary>
    /// <param name="folders">The groups.</param>
    /// <param name="thawed">
    /// Where they are frozen on v1, a group that is not: a process ends only once it goes on, and what is killed goes on without
    /// an instruction of its own.
    /// </param>
    internal static void Kill(IReadOnlyCollection<string> folders, string? thawed = null)
    {
        for (int round = 0; round < MaximumRounds && KillOnce(folders, thawed); round++)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Kills every process that is in some groups and in those below them at this moment.</summary>
    /// <returns>Whether there may be some left: what is killed takes its time to end, and where nothing limits processes one may have been made.</returns>
    internal static bool KillOnce(IEnumerable<string> folders, string? thawed = null)
    {
        List<string> left = [];
        foreach (string folder in folders)
        {
            // Linux 5.14, v2: at once, and processes that are just being made are killed as well.
            if (GroupFiles.Write($"{folder}/cgroup.kill", "1") != 0)
            {
                left.AddRange(GroupFiles.WithThoseBelow(folder));
            }
        }

        foreach (string folder in left)
        {
            // Nothing can fork any more; only where there is the controller, hence the rounds.
            GroupFiles.Write($"{folder}/pids.max", "0");
        }

        bool foundAny = false;
        foreach (string folder in left)
        {
            foreach (string[] batch in GroupFiles.Members(folder).Chunk(BatchSize))
            {
                foundAny = true;
                KillBatch(folder, batch, thawed);
            }
        }

        return foundAny;
    }

    private static void KillBatch(string folder, string[] batch, string? thawed)
    {
        List<(string Number, int Pidfd)> held = [];
        foreach (string number in batch)
        {
            long pidfd = int.TryParse(number, CultureInfo.InvariantCulture, out int process) ? Kernel.pidfd_open(process) : -1;
            if (pidfd >= 0)
            {
                held.Add((number, (int)pidfd));
            }
        }

        // A number may have gone to a process of the host meanwhile; a descriptor cannot. So what is in the group now is what is held.
        HashSet<string> members = held.Count == 0 ? [] : [.. GroupFiles.Members(folder)];
        foreach ((string number, int pidfd) in held)
        {
            if (members.Contains(number))
            {
                Kernel.pidfd_send_signal(pidfd, (int)UnixSignal.Kill);
                if (thawed is not null)
                {
                    GroupFiles.Write($"{thawed}/cgroup.procs", number);
                }
            }

            Kernel.close(pidfd);
        }
    }
}
