using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Running.Files;

/// <summary>
/// What a command does that puts files in, in the place of executing a program. It is a process of the sandbox's user, under the same restrictions as
/// a payload: where a link that a payload left leads it, the payload could have gone itself.
/// </summary>
internal static class PutProgram
{
    /// <summary>The number inside of the first file's descriptor.</summary>
    internal const int FirstDescriptor = 3;

    private const int BufferSize = 64 << 10;

    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    /// <summary>Adds the steps.</summary>
    /// <param name="b">The program.</param>
    /// <param name="entries">What to put; the files among them are those of the descriptors, in the same order.</param>
    internal static void Build(ProgramBuilder b, ReadOnlySpan<PutEntry> entries)
    {
        // Init's memory, which is read only to be written at once; nothing else of it is looked at.
        long buffer = entries.ToArray().Any(static entry => entry.Source is not null) ? b.Reserve(BufferSize) : 0;
        HashSet<string> made = new(StringComparer.Ordinal);
        int descriptor = FirstDescriptor;
        foreach (PutEntry entry in entries)
        {
            MakeParents(b, entry.Path, made);
            if (entry.Source is null)
            {
                MakeFolder(b, entry, made);
            }
            else
            {
                Copy(b, entry, descriptor++, buffer);
            }
        }
    }

    /// <summary>Those that are there already are fine; what is there and no folder is found out by what comes next.</summary>
    private static void MakeParents(ProgramBuilder b, string path, HashSet<string> made)
    {
        for (int slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (made.Add(path[..slash]))
            {
                b.Try(Calls.Mkdirat, Kernel.AtFdcwd, b.AddText(path.AsSpan(0, slash)), 0b111_101_101);
            }
        }
    }

    private static void MakeFolder(ProgramBuilder b, PutEntry entry, HashSet<string> made)
    {
        made.Add(entry.Path);
        long path = b.AddText(entry.Path);
        b.Try(Calls.Mkdirat, Kernel.AtFdcwd, path, (int)entry.Mode);
        long folder = b.Reserve(8);
        b.Step("make the folder", entry.Path, Calls.Openat, Kernel.AtFdcwd, path, Kernel.ORdonly | Kernel.ODirectory | Kernel.ONofollow | Kernel.OCloexec, result: folder,
            kind: StepKind.PutFile);
        b.Try(Calls.Close, Value.Word(folder));
    }

    private static void Copy(ProgramBuilder b, PutEntry entry, int descriptor, long buffer)
    {
        long path = b.AddText(entry.Path);
        b.Try(Calls.Unlinkat, Kernel.AtFdcwd, path, 0);
        long file = b.Reserve(8), count = b.Reserve(8), written = b.Reserve(8);
        b.Step(
            "write", entry.Path, Calls.Openat, Kernel.AtFdcwd, path, Kernel.OWronly | Kernel.OCreat | Kernel.OExcl | Kernel.ONofollow | Kernel.OCloexec, 0b110_000_000,
            result: file, kind: StepKind.PutFile);
        Label again = b.NewLabel(), done = b.NewLabel(), full = b.NewLabel();
        b.Mark(again);
        b.Step("write", entry.Path, Calls.Read, descriptor, buffer, BufferSize, result: count, zero: done);
        b.Step("write", entry.Path, Calls.Write, Value.Word(file), buffer, Value.Word(count), result: written, kind: StepKind.PutFile);
        b.Compare(Value.Word(count), Value.Word(written), full, again, full);

        // A file that is cut off has no room for more: the next write would have said so.
        b.Mark(full);
        long noSpace = b.AddWord(-Errno.ENOSPC);
        b.Step("write", entry.Path, Node.Load32, noSpace, kind: StepKind.PutFile);
        b.Mark(done);
        b.Step("set the permissions of", entry.Path, Calls.Fchmod, Value.Word(file), (int)entry.Mode);
        b.Try(Calls.Close, Value.Word(file));
    }
}
