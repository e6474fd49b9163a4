using System.Globalization;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups;

/// <summary>Kills what is in groups, so that no fork outruns it.</summary>
internal static class GroupKiller
{
    private const int MaximumRounds = 200;

    /// <summary>Kills every process in some groups and in those below them. The groups take no processes afterwards.</summary>
    internal static void Kill(IEnumerable<string> folders)
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

        foreach (string folder in left.SelectMany(WithThoseBelow))
        {
            // Nothing can fork any more; only where there is the controller, hence the rounds.
            GroupFiles.Write($"{folder}/pids.max", "0");
        }

        for (int round = 0; round < MaximumRounds; round++)
        {
            bool foundAny = false;
            foreach (string folder in left.SelectMany(WithThoseBelow))
            {
                foundAny |= KillMembers(folder);
            }

            if (!foundAny)
            {
                return;
            }

            Thread.Sleep(1);
        }
    }

    private static IEnumerable<string> WithThoseBelow(string folder) => GroupFiles.Children(folder).SelectMany(WithThoseBelow).Append(folder);

    private static bool KillMembers(string folder)
    {
        bool foundAny = false;
        foreach (string line in Members(folder))
        {
            // Processes of a PID namespace that this one does not see are told as 0.
            if (!int.TryParse(line, CultureInfo.InvariantCulture, out int process) || process == 0 || HasEnded(process))
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
            if (Members(folder).Contains(line))
            {
                Kernel.pidfd_send_signal((int)pidfd, (int)UnixSignal.Kill);
            }

            Kernel.close((int)pidfd);
        }

        return foundAny;
    }

    private static string[] Members(string folder) => GroupFiles.Read($"{folder}/cgroup.procs")?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static bool HasEnded(int process)
    {
        string? stat = GroupFiles.Read($"/proc/{process}/stat");
        return stat is null || stat[(stat.LastIndexOf(')') + 1)..].TrimStart() is ['Z' or 'X', ..] or [];
    }
}
