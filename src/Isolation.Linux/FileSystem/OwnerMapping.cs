using Isolation.Linux.Hints;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Plans;
using Isolation.Linux.Probing;

namespace Isolation.Linux.FileSystem;

/// <summary>Whether owners can be mapped, and what is said where they cannot.</summary>
internal static class OwnerMapping
{
    internal const string Reason = "an id-mapped mount needs CAP_SYS_ADMIN on the host and a new user namespace";

    internal const string Remedy = "Run the host as root, or ask for MountOwnership.Host.";

    internal static string Action(string path) => $"map the owners of {path}";

    internal static SandboxException Refuse(string path) =>
        new(Action(path), path, Errno.EPERM, nameof(Errno.EPERM), Reason, Remedy);

    /// <summary>
    /// Whether the owners in the layers of an overlay are mapped. What stands against it is left out, or refused.
    /// </summary>
    internal static bool IsUsedFor(OverlayRoot overlay, SetupContext context)
    {
        if (overlay.Ownership == MountOwnership.Mapped)
        {
            return context.HostLaysOverlays ? true : throw Refuse(overlay.Layers[0]);
        }

        if (overlay.Ownership == MountOwnership.Host || !context.HostLaysOverlays)
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
    /// Why the owners of the directories of an overlay stay as they are; null where all can be mapped.
    /// </summary>
    private static NotApplied? FindObstacle(IEnumerable<string> directories, SetupContext context)
    {
        KernelProbes trials = new();
        foreach (string directory in directories)
        {
            if (!KernelVersion.CanMapOwnersOfLayers)
            {
                return new NotApplied(
                    Action(directory), "the layers of an overlay can have mapped owners since Linux 5.19",
                    "Use a newer kernel, or give the layers to the host ids that the sandbox's ids are mapped to.");
            }

            int error = trials.TryMappedMount(directory);
            if (error == Errno.ENOENT)
            {
                // It is missed when it is needed, and may be there the next time.
                context.IsReusable = false;
            }
            else if (error is not (0 or Errno.ENOTDIR))
            {
                return new NotApplied(
                    Action(directory), $"{ErrnoText.Name(error)}: {ErrnoText.Text(error)}",
                    ErrorHints.Find(Steps.StepKind.MapOwners, directory, error));
            }
        }

        return null;
    }
}
