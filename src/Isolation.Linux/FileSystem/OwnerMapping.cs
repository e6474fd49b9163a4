using Isolation.Linux.Hints;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Probing;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>Decides whether owners can be mapped, and describes obstacles.</summary>
internal static class OwnerMapping
{
    /// <summary>Gets the obstacle of an application without the privilege to map owners.</summary>
    internal static Obstacle NoPrivilege { get; } = new(
        "an id-mapped mount requires CAP_SYS_ADMIN on the host and a new user namespace",
        "Run the application as root, or use MountOwnership.Host.");

    internal static ProgramStep Step(string path) => new("map the owners of", path, StepKind.MapOwners);

    /// <summary>
    /// Returns whether the owners in the layers of an overlay are mapped. An obstacle either omits the mapping or
    /// throws.
    /// </summary>
    internal static bool IsUsedFor(OverlayRoot overlay, PlanningContext context)
    {
        if (overlay.Ownership == MountOwnership.Mapped)
        {
            if (!OverlaySource.IsUsedFor(context))
            {
                NoPrivilege.Refuse(
                    Requirement.Require, Step(overlay.Layers[0]), Errno.EPERM, context.LeftOut);
            }

            return true;
        }

        if (overlay.Ownership == MountOwnership.Host || !OverlaySource.IsUsedFor(context))
        {
            return false;
        }

        IEnumerable<string> directories = overlay.Upper is PersistentUpper kept
            ? overlay.Layers.Append(kept.Directory)
            : overlay.Layers;
        if (FindObstacle(directories, context) is not { } obstacle)
        {
            return true;
        }

        context.LeftOut.Add(obstacle);
        return false;
    }

    /// <summary>
    /// Finds the obstacle to mapping the owners of an overlay's directories; null if all can be mapped.
    /// </summary>
    private static NotApplied? FindObstacle(IEnumerable<string> directories, PlanningContext context)
    {
        foreach (string directory in directories)
        {
            if (PlatformProbe.ReadKernelVersion(context.Host.Files) < KernelVersion.MappedLayers)
            {
                return new NotApplied(
                    $"{Step(directory)}", "mapped owners in the layers of an overlay require Linux 5.19",
                    "Use a newer kernel, or change the owners of the layers to the host ids of the sandbox's ids.");
            }

            int error = context.Host.Probes.TryMappedMount(directory);
            if (error == Errno.ENOENT)
            {
                // A missing directory is reported when it is needed, and may exist by then.
                context.IsReusable = false;
            }
            else if (error is not (0 or Errno.ENOTDIR))
            {
                return new NotApplied(
                    $"{Step(directory)}", $"{ErrnoText.Name(error)}: {ErrnoText.Text(error)}",
                    ErrorHints.Find(StepKind.MapOwners, directory, error));
            }
        }

        return null;
    }
}
