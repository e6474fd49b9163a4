using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>Adds the steps that create directories and symbolic links in the root.</summary>
internal sealed class ItemSteps(PlanningContext context, EntryPlaces places)
{
    private static SystemCallTable Calls => SystemCallTable.Current;

    private ProgramBuilder B => context.Builder;

    internal void Add(DirectoryEntry entry)
    {
        if (!places.MayMake(entry, "make the directory"))
        {
            return;
        }

        places.MakeParents(entry.Target);
        (Value directory, long name) = places.PlaceFor(entry.Target);
        if (places.MayHaveItems)
        {
            // An existing directory of a layer, or of an earlier sandbox in a kept layer, is used as is.
            places.MakeOrTake("make the directory", entry.Target, Calls.Mkdirat, [directory, name, (int)entry.Mode]);
            places.Find(entry.Target, Kernel.ODirectory);
        }
        else
        {
            B.Step("make the directory", entry.Target, Calls.Mkdirat, directory, name, (int)entry.Mode,
                kind: StepKind.MakeEntry);
        }

        places.AddMade(entry.Target);
        Own(entry.Owner, entry.Target, directory, name);
    }

    internal void Add(SymbolicLinkEntry entry)
    {
        if (!places.MayMake(entry, "make the link"))
        {
            return;
        }

        places.MakeParents(entry.Target);
        (Value directory, long name) = places.PlaceFor(entry.Target);
        Replace(directory, name);
        B.Step("make the link", entry.Target, Calls.Symlinkat, B.AddText(entry.LinkText), directory, name,
            kind: StepKind.MakeEntry);
        places.AddMade(entry.Target);
    }

    /// <summary>Removes an existing item of a layer, or of an earlier sandbox in a kept layer.</summary>
    internal void Replace(Value directory, long name)
    {
        if (places.MayHaveItems)
        {
            B.Try(Calls.Unlinkat, directory, name, 0);
        }
    }

    /// <summary>Makes the sandbox's user the owner of an item, if the entry specifies it.</summary>
    internal void Own(EntryOwner owner, string target, Value directory, long name)
    {
        if (owner == EntryOwner.User)
        {
            SandboxUser user = context.Specification.User;
            B.Step("give to the user", target, Calls.Fchownat, directory, name, user.UserId, user.GroupId,
                Kernel.AtSymlinkNofollow);
        }
    }
}
