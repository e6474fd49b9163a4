using System.Diagnostics.CodeAnalysis;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Layout;

/// <summary>Finds the places for cgroups in v1 hierarchies.</summary>
internal sealed class LegacyLayout(HostHierarchies hierarchies)
{
    private readonly HostFiles _files = hierarchies.Files;

    /// <summary>Finds the place where cgroups with a controller can be created.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="together">The controllers of the hierarchy.</param>
    /// <param name="path">The cgroup of this process in the hierarchy.</param>
    /// <param name="place">The place.</param>
    /// <param name="obstacle">The reason why there is none.</param>
    internal bool TryFind(
        string controller, string[] together, string path, [NotNullWhen(true)] out ControllerMount? place,
        [NotNullWhen(false)] out Obstacle? obstacle)
    {
        place = null;
        obstacle = new Obstacle(
            $"The {controller} controller is on cgroup v1, whose hierarchy is not mounted.",
            $"mount -t cgroup -o {string.Join(',', together)} cgroup DIRECTORY");

        // A hierarchy can be mounted more than once: a container has it read-only at the usual place, and perhaps
        // writable elsewhere.
        foreach (MountLine mount in hierarchies.LegacyMounts.Where(
            mount => together.All(mount.SuperOptions.Contains)))
        {
            if (hierarchies.LocateStart(mount, path) is not { } directory)
            {
                obstacle = hierarchies.NotShown(controller, mount, path);
            }
            else if (mount.Options.Contains("ro") || !_files.MayWrite(directory))
            {
                obstacle = new Obstacle(
                    $"The {controller} controller is on cgroup v1, and {directory} is not writable.",
                    hierarchies.RightsRemedy);
            }
            else
            {
                place = hierarchies.Place(CgroupVersion.V1, mount, directory);
                obstacle = null;
                return true;
            }
        }

        return false;
    }
}
