using System.Globalization;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups;

/// <summary>Kills what is in groups, so that no fork outruns it.</summary>
internal static class GroupKiller
{
    private const int MaximumRounds = 200;

    /// <summary>Kills every process in some groups and in those below them. The groups take no processes afterwards.</summary>
    /// <param name="folders">The groups.</param>
    /// <param name="thawed">
    /// Where they are frozen on v1, a group that is not: a process ends only once it goes on, and what is killed goes on without
    /// an instruction of its own.
    /// </param>
    internal static void Kill(IEnumerable<string> folders, string? thawed = null)
    {
        List<string> left = [];
        foreach (string folder in folders)
        {
            // Linux 5.14, v2: at once, and processes that are just being made are killed as well.
            if (GroupFiles.Write($"{folder}/cgroup.kill", "1") != 0)
            {
                left.Add(folder);
            }
        }

        foreach (string folder in left.SelectMany(GroupFiles.WithThoseBelow))
        {
            // Nothing can fork any more; only where there is the controller, hence the rounds.
            GroupFiles.Write($"{folder}/pids.max", "0");
        }

        for (int round = 0; round < MaximumRounds; round++)
        {
            bool foundAny = false;
            foreach (string folder in left.SelectMany(GroupFiles.WithThoseBelow))
            {
                foundAny |= KillMembers(folder, thawed);
            }

            if (!foundAny)
            {
                return;
            }

            Thread.Sleep(1);
        }
    }

    private static bool KillMembers(string folder, string? thawed)
    {
        bool foundAny = false;
        foreach (string line in GroupFiles.Members(folder))
        {
            if (!int.TryParse(line, CultureInfo.InvariantCulture, out int process) || HasEnded(process))
            {
                continue;
            }

            foundAny = true;
            long pidfd = Kernel.pidfd_open(process);
            if (pidfd < 0)
            {
                continue;
            }

            // The number may have gone to a process of the host meanwhile; the descriptor cannot.
            if (GroupFiles.Members(folder).Contains(line))
            {
                Kernel.pidfd_send_signal((int)pidfd, (int)UnixSignal.Kill);
                if (thawed is not null)
                {
                    GroupFiles.Write($"{thawed}/cgroup.procs", line);
                }
            }

            Kernel.close((int)pidfd);
        }

        return foundAny;
    }

    private static bool HasEnded(int process)
    {
        string? stat = GroupFiles.Read($"/proc/{process}/stat");
        return stat is null || stat[(stat.LastIndexOf(')') + 1)..].TrimStart() is ['Z' or 'X', ..] or [];
    }
}
