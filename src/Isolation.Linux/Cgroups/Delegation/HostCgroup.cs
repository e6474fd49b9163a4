using System.Globalization;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Delegation;

/// <summary>Creates a child cgroup for processes that must not be in the parent.</summary>
internal static class HostCgroup
{
    /// <summary>The cgroup's name if this process is moved.</summary>
    internal const string Name = "host";

    private const int Mode = 0b111_101_101;

    /// <summary>Moves a process from a cgroup into a child of it.</summary>
    /// <returns>Null on success; otherwise the reason why the process was not moved.</returns>
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
            $"Cannot move process {process} into {leaf}: {ErrnoText.Name((int)-result)}.",
            "Start the application in its own child of a delegated cgroup (DelegateSubgroup=host in its unit).");
    }
}
