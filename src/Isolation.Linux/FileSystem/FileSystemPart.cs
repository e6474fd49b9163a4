using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Views;
using Isolation.Linux.Identity;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>Represents the root file system: its steps create, fill and enter it, and detach the host's.</summary>
/// <param name="context">The state of the planning.</param>
/// <param name="identity">The identity of init.</param>
/// <param name="cgroups">The view of the sandbox's own cgroups.</param>
internal sealed class FileSystemPart(
    PlanningContext context, IdentityPart identity, ImmutableArray<CgroupViewPart> cgroups) : SandboxPart
{
    private readonly SandboxSpecification _specification = context.Specification;
    private readonly MountSteps _mounts = new(context.Builder);
    private IReadOnlySet<MountEntry> _missing = new HashSet<MountEntry>();

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
        if (_specification.Root is ChrootRoot chroot)
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

        long root = _specification.Root switch
        {
            EmptyRoot built =>
                _mounts.Temporary(
                    "make the root", built.Size, null, "755", Kernel.MountAttrNosuid | Kernel.MountAttrNodev),
            DirectoryRoot directory => DirectoryTree(directory),
            _ => Overlay((OverlayRoot)_specification.Root),
        };

        _mounts.MoveTo("place the root", null, root, "/");
        RootEntries entries = new(context, _mounts, root, cgroups);
        entries.AddAll();
        _missing = entries.Missing;
        if (_specification.Root is EmptyRoot { Access: MountAccess.ReadOnly })
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

    internal override EffectivePolicy Report(EffectivePolicy policy, IReadOnlySet<object> skipped) => policy with
    {
        Root = Describe(_specification.Root),
        Mounts = [.. _specification.Mounts.Where(entry => !skipped.Contains(entry) && !_missing.Contains(entry))
            .Select(Describe)],
        MaskedPaths = _specification.MaskedPaths,
        ReadOnlyPaths = _specification.ReadOnlyPaths,
    };

    private static string Describe(RootFileSystem root) => root switch
    {
        EmptyRoot built => $"in memory, {Words(built.Access)}",
        DirectoryRoot directory => $"the host's directory {directory.Path}, {Words(directory.Access)}",
        OverlayRoot { Upper: PersistentUpper upper } overlay =>
            $"{overlay.Layers.Length} layers below the host's directory {upper.Directory}",
        OverlayRoot overlay => $"{overlay.Layers.Length} layers below a temporary one",
        ChrootRoot directory => $"the host's directory {directory.Path} by chroot",
        _ => "the host's",
    };

    private static string Describe(MountEntry entry) => entry switch
    {
        BindMount bind => $"{bind.Target}: the host's {bind.Source}, {Words(bind.Access)}{Words(bind.Options)}",
        TemporaryMount temporary => $"{temporary.Target}: in memory, {temporary.Size} bytes{Words(temporary.Options)}",
        ProcMount proc => $"{proc.Target}: processes",
        CgroupMount cgroups => $"{cgroups.Target}: the sandbox's own cgroups, read-only",
        DeviceMount devices => $"{devices.Target}: devices",
        _ => $"{entry.Target}: {entry.GetType().Name}",
    };

    private static string Words(MountAccess access) => access == MountAccess.ReadOnly ? "read-only" : "writable";

    private static string Words(MountOptions options) => options == MountOptions.None ? "" : $", {options}";

    private long Overlay(OverlayRoot overlay)
    {
        bool mapsOwners = OwnerMapping.IsUsedFor(overlay, context);
        if (!OverlaySource.IsUsedFor(context))
        {
            return new OwnOverlaySteps(context, overlay).Lay();
        }

        ResolvedIdMap map = identity.Map!;
        HostOwner first = map.OwnerOf(new SandboxUser(map.InitUser, map.InitGroup))!.Value;
        return context.AddSource(new OverlaySource(overlay, mapsOwners, first, context.Facts.Capabilities));
    }

    private long DirectoryTree(DirectoryRoot directory)
    {
        long tree = MountSource.Add(context, directory.Path, isRecursive: true);
        long attributes = Kernel.MountAttrNosuid | Kernel.MountAttrNodev
            | (directory.Access == MountAccess.ReadOnly ? Kernel.MountAttrReadOnly : 0);
        _mounts.SetAttributes(
            "restrict the root", directory.Path, tree,
            new MountAttributes { Set = attributes, Propagation = Kernel.MsPrivate }, Kernel.AtRecursive);
        return tree;
    }
}
