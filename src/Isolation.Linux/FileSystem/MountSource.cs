using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Parts;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>Describes a detached clone of the mount at a path.</summary>
/// <param name="Path">The path on the host.</param>
/// <param name="IsRecursive">Whether the mounts below the path are cloned too.</param>
/// <param name="MapsOwners">Whether the sandbox's user namespace maps the owners of files.</param>
internal sealed record MountSource(string Path, bool IsRecursive, bool MapsOwners = false) : HostSource(Path)
{
    private int RecursiveFlag => IsRecursive ? Kernel.AtRecursive : 0;

    /// <summary>
    /// Adds a detached clone of the mount at a path of the host. Returns the address of the word with its descriptor.
    /// </summary>
    internal static long Add(PlanningContext context, string path, bool isRecursive) => context.HostOpensDirectories
        ? context.AddSource(new MountSource(path, isRecursive))
        : new MountSteps(context.Builder).CopyOf(path, isRecursive);

    internal override ValueTask<int> OpenAsync(PassedDescriptors passed, CancellationToken cancellationToken)
    {
        int tree = (int)SandboxErrors.Check(
            Kernel.open_tree(
                Kernel.AtFdcwd, Path, Kernel.OpenTreeClone | Kernel.OpenTreeCloexec | RecursiveFlag),
            "open", Path, StepKind.OpenOfHost);
        try
        {
            if (MapsOwners)
            {
                MapOwners(tree, passed.OpenUserNamespace(Path));
            }

            return new(tree);
        }
        catch
        {
            Kernel.close(tree);
            throw;
        }
    }

    private void MapOwners(int tree, int userNamespace) => SandboxErrors.Check(
        Kernel.mount_setattr(
            tree, RecursiveFlag,
            new MountAttributes { Set = Kernel.MountAttrIdmap, UserNamespace = userNamespace }),
        "map the owners of", Path, StepKind.MapOwners);
}
