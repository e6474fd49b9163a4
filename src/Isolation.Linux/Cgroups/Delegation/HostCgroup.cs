using System.Globalization;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Delegation;

/// <summary>The group right below another one for the processes that must not be in the latter.</summary>
internal static class HostCgroup
{
    /// <summary>The group's name where this process is the one to be moved.</summary>
    internal const string Name = "host";

    private const int Mode = 0b111_101_101;

    /// <summary>Moves a process from a group into one below it.</summary>
    /// <returns>Null, or why it stays.</returns>
    internal static Obstacle? Enter(string directory, string name, int process)
    {
        string leaf = $"{directory}/{name}";
        long result = Kernel.mkdir(leaf, Mode);
        if (result is 0 or -Errno.EEXIST)
        {
            result = CgroupFiles.Write($"{leaf}/cgroup.procs", process.ToString(CultureInfo.InvariantCulture));
        }

        if (result == 0)
        {
            return null;
        }

        Kernel.rmdir(leaf);
        return new Obstacle(
            $"Process {process} cannot be moved into {leaf}: {ErrnoText.Name((int)-result)}.",
            "Start the host in a group of its own below a delegated one (DelegateSubgroup=host in its unit).");
    }
}
