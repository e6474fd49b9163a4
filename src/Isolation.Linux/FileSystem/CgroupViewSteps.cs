using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Views;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>Adds the steps that mount the view of the sandbox's own cgroups.</summary>
internal sealed class CgroupViewSteps(
    PlanningContext context, MountSteps mounts, EntryPlaces places, ImmutableArray<CgroupViewPart> view)
{
    private const long Attributes = MountOptionFlags.Standard | Kernel.MountAttrReadOnly;
    private const int LongestPath = 4096;

    private static SystemCallTable Calls => SystemCallTable.Current;

    private ProgramBuilder B => context.Builder;

    internal void Add(CgroupMount entry)
    {
        if (view is [{ Name: "" }])
        {
            Mount(view[0], entry.Target);
            return;
        }

        if (context.Specification.Root is not EmptyRoot
            || context.Specification.Mounts.Any(static other => other is SysMount or BindMount { Target: "/sys" }))
        {
            places.Place(
                mounts.Temporary(
                    "make a directory for the cgroups", LongestPath, null, "755", MountOptionFlags.Standard),
                "mount a directory for the cgroups on", entry.Target);
            places.AddMount(entry.Target, isOurs: true);
        }

        foreach (CgroupViewPart part in view)
        {
            Mount(part, $"{entry.Target}/{part.Name}");
        }
    }

    private void Mount(CgroupViewPart part, string target)
    {
        long tree = part.Tree is { } own ? OwnTree(own) : MountSource.Add(context, part.StandIn!, isRecursive: false);
        mounts.SetAttributes(
            "restrict the mount of", target, tree,
            new MountAttributes { Set = Attributes, Propagation = Kernel.MsPrivate }, 0);
        places.PlaceAt(tree, "mount the cgroup on", target, isFile: part.Tree is null);
    }

    private long OwnTree(CgroupTree tree)
    {
        if (context.Facts.MayMount)
        {
            return context.AddSource(tree);
        }

        long source = context.AddSource(tree with { IsPath = true });
        long path = B.Reserve(LongestPath);
        B.Step("read the path of", "the cgroup", Calls.Pread64, Value.Word(source), path, LongestPath, 0,
            kind: StepKind.OpenOfHost);
        return mounts.CopyAt("the cgroup", path);
    }
}
