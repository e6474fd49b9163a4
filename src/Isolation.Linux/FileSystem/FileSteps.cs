using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>Adds the steps that create files with a given content in the root.</summary>
internal sealed class FileSteps(PlanningContext context, MountSteps mounts, EntryPlaces places, ItemSteps items)
{
    private static SystemCallTable Calls => SystemCallTable.Current;

    private ProgramBuilder B => context.Builder;

    internal void Add(FileEntry entry)
    {
        if (!places.IsOurs(entry.Target))
        {
            FileOverHostDirectory(entry);
            return;
        }

        places.MakeParents(entry.Target);
        (Value directory, long name) = places.PlaceFor(entry.Target);
        items.Replace(directory, name);
        WriteFile(entry, directory, name);
        places.AddMade(entry.Target);
    }

    private void WriteFile(FileEntry entry, Value directory, long name)
    {
        long file = B.Reserve(8);
        B.Step(
            "make the file", entry.Target, Calls.Openat, directory, name,
            Kernel.OWronly | Kernel.OCreat | Kernel.OExcl | Kernel.OCloexec | Kernel.ONofollow, (int)entry.Mode,
            result: file,
            kind: StepKind.MakeEntry);
        Label outer = B.FailureExit, incomplete = B.NewLabel(), after = B.NewLabel();
        B.FailureExit = incomplete;
        if (!entry.Content.IsEmpty)
        {
            long content = context.AddSource(new ContentSource(entry.Target, entry.Content));
            CopyWhole(entry, file, content);
        }

        items.Own(entry.Owner, entry.Target, directory, name);
        B.FailureExit = outer;

        // A mount with a file open for writing cannot be made read-only.
        B.Try(Calls.Close, Value.Word(file));
        B.Jump(after);

        // If the file is optional, the setup continues without a partially written file.
        B.Mark(incomplete);
        B.Try(Calls.Close, Value.Word(file));
        B.Try(Calls.Unlinkat, directory, name, 0);
        B.Jump(outer);
        B.Mark(after);
    }

    /// <summary>
    /// Adds a file in a directory of the host: creates it in memory and mounts it over the existing one.
    /// </summary>
    private void FileOverHostDirectory(FileEntry entry)
    {
        long memory = mounts.Temporary(
            $"make memory for {entry.Target}", Math.Max(4096, entry.Content.Length), null, "755",
            MountOptionFlags.Standard);
        mounts.MoveTo("place memory for", entry.Target, memory, "/proc");
        long name = B.AddText("file");
        WriteFile(entry, Value.Word(memory), name);
        long tree = B.Reserve(8);
        B.Step("open", entry.Target, Calls.OpenTree, Value.Word(memory), name,
            Kernel.OpenTreeClone | Kernel.OpenTreeCloexec, result: tree);
        B.Step("hide memory for", entry.Target, Calls.Umount2, B.AddText("/proc"), Kernel.MntDetach);
        mounts.Move("mount the file on", entry.Target, tree, places.Find(entry.Target, 0));
    }

    /// <summary>Repeats sendfile(2) until all is written; it stops short if the file system is full.</summary>
    private void CopyWhole(FileEntry entry, long file, long content)
    {
        Label copy = B.NewLabel(), done = B.NewLabel();
        long offset = B.AddWord(0);
        long copied = B.Reserve(8);
        B.Mark(copy);
        B.Step(
            "write the file", entry.Target, Calls.Sendfile, Value.Word(file), Value.Word(content), offset,
            entry.Content.Length, result: copied,
            kind: StepKind.WriteContent);
        B.Compare(Value.Word(offset), entry.Content.Length, done, done, copy);
        B.Mark(done);
    }
}
