using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Parts;

namespace Isolation.Linux.FileSystem;

/// <summary>Adds the steps that mount directories and files of the host.</summary>
internal sealed class BindSteps(PlanningContext context, MountSteps mounts, EntryPlaces places)
{
    internal void Add(BindMount bind)
    {
        bool isFile = context.Host.Files.IsFile(bind.Source);
        if (!isFile && !context.Host.Files.Exists(bind.Source))
        {
            context.IsReusable = false;
            if (bind.Requirement == Requirement.Prefer)
            {
                places.Missing.Add(bind);
                context.LeftOut.Add(
                    new NotApplied(
                        $"mount {bind.Source} on {bind.Target}",
                        "the source does not exist, or the application has no access to it", null));
                return;
            }
        }

        BindOwnership.Check(bind, context);
        long tree = bind.Ownership == MountOwnership.Mapped
            ? MappedTree(bind)
            : MountSource.Add(context, bind.Source, bind.Scope == BindScope.Recursive);
        MountAttributes attributes = new()
        {
            Set = MountOptionFlags.Of(bind.Options, bind.Access),
            Propagation = bind.Propagation switch
            {
                MountPropagation.Slave => Kernel.MsSlave,
                MountPropagation.Shared => Kernel.MsShared,
                MountPropagation.Unbindable => Kernel.MsUnbindable,
                _ => Kernel.MsPrivate,
            },
        };
        mounts.SetAttributes(
            "restrict the mount of", bind.Source, tree, attributes,
            bind.Scope == BindScope.Recursive ? Kernel.AtRecursive : 0);
        places.PlaceAt(tree, $"mount {bind.Source} on", bind.Target, isFile);
        places.AddMount(bind.Target, isOurs: false);
    }

    private long MappedTree(BindMount bind)
    {
        bool isRecursive = bind.Scope == BindScope.Recursive;
        if (context.HostOpensDirectories)
        {
            return context.AddSource(new MountSource(bind.Source, isRecursive, MapsOwners: true));
        }

        OwnerMapping.NoPrivilege.Refuse(
            bind.Requirement, OwnerMapping.Step(bind.Source), Errno.EPERM, context.LeftOut);
        return MountSource.Add(context, bind.Source, isRecursive);
    }
}
