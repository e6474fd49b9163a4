using Isolation.Linux.Identity;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Plans;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>Adds the steps that create, fill and enter the root file system, and detach the host's.</summary>
internal sealed class RootSetup(PlanningContext context)
{
    private readonly MountSteps _mounts = new(context.Builder);

    private static SystemCallTable Calls => SystemCallTable.Current;

    private ProgramBuilder B => context.Builder;

    internal void SeparateMounts()
    {
        if (context.Makes(Namespaces.Mount) && !context.Makes(Namespaces.User))
        {
            // Otherwise, every mount would propagate to the host. In a new user namespace, all mounts are already
            // slaves.
            _mounts.Separate(Kernel.MsSlave);
        }
    }

    internal void Mount()
    {
        if (context.Specification.Root is ChrootRoot chroot)
        {
            B.Step("enter the root directory", chroot.Path, Calls.Chroot, B.AddText(chroot.Path),
                kind: StepKind.EnterRoot);
            B.Step("enter the root directory", chroot.Path, Calls.Chdir, B.AddText("/"), kind: StepKind.EnterRoot);
            return;
        }

        if (!context.Makes(Namespaces.Mount))
        {
            return;
        }

        long root = context.Specification.Root switch
        {
            EmptyRoot built =>
                _mounts.Temporary(
                    "make the root", built.Size, null, "755", Kernel.MountAttrNosuid | Kernel.MountAttrNodev),
            DirectoryRoot directory => DirectoryTree(directory),
            _ => Overlay((OverlayRoot)context.Specification.Root),
        };

        _mounts.MoveTo("place the root", null, root, "/");
        RootEntries entries = new(context, _mounts, root);
        entries.AddAll();
        if (context.Specification.Root is EmptyRoot { Access: MountAccess.ReadOnly })
        {
            _mounts.SetAttributes(
                "make the root read-only", "/", root, new MountAttributes { Set = Kernel.MountAttrReadOnly }, 0);
        }

        B.Step("enter the new root", null, Calls.Fchdir, Value.Word(root));
        long here = B.AddText(".");
        B.Step("change the root", null, Calls.PivotRoot, here, here);
        B.Step("leave the host's root", null, Calls.Umount2, here, Kernel.MntDetach);
        B.Step("enter the new root", null, Calls.Chdir, B.AddText("/"));
    }

    private long Overlay(OverlayRoot overlay)
    {
        bool mapsOwners = OwnerMapping.IsUsedFor(overlay, context);
        if (!context.HostLaysOverlays)
        {
            return new OwnOverlaySteps(context, overlay).Lay();
        }

        ResolvedIdMap map = context.IdMap!;
        HostOwner first = map.OwnerOf(new SandboxUser(map.InitUser, map.InitGroup))!.Value;
        return context.AddSource(
            new HostSource(
                HostSourceKind.Overlay, overlay.Layers[0],
                Overlay: new HostOverlay(overlay, mapsOwners, first, context.Facts.Capabilities)));
    }

    private long DirectoryTree(DirectoryRoot directory)
    {
        long tree = context.Tree(directory.Path, recursive: true);
        long attributes = Kernel.MountAttrNosuid | Kernel.MountAttrNodev
            | (directory.Access == MountAccess.ReadOnly ? Kernel.MountAttrReadOnly : 0);
        _mounts.SetAttributes(
            "restrict the root", directory.Path, tree,
            new MountAttributes { Set = attributes, Propagation = Kernel.MsPrivate }, Kernel.AtRecursive);
        return tree;
    }
}
