using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>
/// Builds the steps that copy files into a sandbox. A command runs them instead of executing a program, as a process of
/// the sandbox's user under the same restrictions as a payload. A symbolic link left by a payload can therefore lead
/// only to places that the payload could access itself.
/// </summary>
/// <remarks>
/// Each file is written under a temporary name beside its target and renamed when it is complete, so the earlier file
/// stays until then. After each item, one byte is written to the tally: 1 if the item was created, 0 if it existed.
/// </remarks>
internal sealed class CopyInProgram
{
    /// <summary>The number of the tally's descriptor inside.</summary>
    internal const int Tally = 3;

    /// <summary>The number of the first file's descriptor inside.</summary>
    internal const int FirstFile = 4;

    private const int AtOnce = 1 << 20;
    private const int ParentMode = 0b111_101_101;
    private const int OwnerMode = 0b111_000_000;
    private const int Directory = Kernel.OPath | Kernel.OCloexec;

    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    private readonly ProgramBuilder _b;
    private readonly long _temporary;
    private readonly long _isMade, _wasThere;
    private readonly Stack<Level> _open = new();
    private int _descriptor = FirstFile;

    private CopyInProgram(ProgramBuilder builder, FileName temporary)
    {
        _b = builder;
        _temporary = builder.AddBytes(temporary.Terminated);
        _isMade = builder.AddWord(1);
        _wasThere = builder.AddWord(0);
    }

    /// <summary>Adds the steps that copy entries.</summary>
    /// <param name="b">The program builder.</param>
    /// <param name="parent">The path of the directory that receives the first entry of the transfer.</param>
    /// <param name="makesParents">Whether to create the directory.</param>
    /// <param name="open">
    /// The directories that earlier programs began, from the first entry on, and whether they were created.
    /// </param>
    /// <param name="entries">The entries. The files among them match the descriptors, in the same order.</param>
    /// <param name="temporary">An unused name.</param>
    internal static void Put(
        ProgramBuilder b, string parent, bool makesParents, IEnumerable<CopyInRecord> open,
        IReadOnlyList<CopyInEntry> entries, FileName temporary)
    {
        CopyInProgram program = new(b, temporary);
        if (makesParents)
        {
            program.MakeParents(parent);
        }

        program.Begin(parent);
        foreach (CopyInRecord directory in open)
        {
            program.Enter(directory.Name, directory.IsMade ? 1 : 0);
        }

        foreach (CopyInEntry entry in entries)
        {
            switch (entry.Kind)
            {
                case CopyInKind.File:
                    program.Copy(entry);
                    break;
                case CopyInKind.Directory:
                    program.MakeDirectory(entry);
                    break;
                default:
                    program.Leave(entry.Mode);
                    break;
            }
        }
    }

    /// <summary>Adds the steps that remove what a transfer has created. Failures are ignored.</summary>
    /// <param name="b">The program builder.</param>
    /// <param name="parent">The path of the directory that received the first entry of the transfer.</param>
    /// <param name="open">The directories begun before, from the first entry on.</param>
    /// <param name="records">
    /// The records of the transfer. Each directory among them ends, and open ones may end.
    /// </param>
    /// <param name="temporary">The temporary name that a file may still have.</param>
    /// <param name="parents">
    /// The created directories above, from the top; none if other items must be removed first.
    /// </param>
    internal static void Remove(
        ProgramBuilder b, string parent, IEnumerable<CopyInRecord> open, IEnumerable<CopyInRecord> records,
        FileName temporary, IEnumerable<string> parents)
    {
        CopyInProgram program = new(b, temporary);
        Label begin = b.NewLabel(), outer = b.FailureExit;
        b.FailureExit = begin;
        program.Begin(parent);
        foreach (CopyInRecord directory in open)
        {
            program.Enter(directory.Name, 0);
        }

        b.Mark(begin);
        b.FailureExit = outer;

        foreach (CopyInRecord record in records)
        {
            program.Remove(record);
        }

        b.Try(Calls.Unlinkat, Value.Word(program._open.Peek().Descriptor), program._temporary, 0);
        foreach (string path in parents.Reverse())
        {
            b.Try(Calls.Unlinkat, Kernel.AtFdcwd, b.AddText(path), Kernel.AtRemoveDirectory);
        }
    }

    /// <summary>Gets the paths of a directory and of all its parents except the root, from the top.</summary>
    internal static IEnumerable<string> Parents(string directory)
    {
        for (int slash = directory.IndexOf('/', 1); slash > 0; slash = directory.IndexOf('/', slash + 1))
        {
            yield return directory[..slash];
        }

        if (directory.Length > 1)
        {
            yield return directory;
        }
    }

    /// <summary>
    /// Creates missing parent directories. Later steps detect existing items that are not directories.
    /// </summary>
    private void MakeParents(string parent)
    {
        foreach (string path in Parents(parent))
        {
            Label isMade = _b.NewLabel(), wasThere = _b.NewLabel(), told = _b.NewLabel();
            _b.Branch(Calls.Mkdirat, [Kernel.AtFdcwd, _b.AddText(path), ParentMode], 0, isMade, isMade, wasThere);
            Tell(isMade, wasThere, told);
        }
    }

    private void Begin(string parent)
    {
        long descriptor = _b.Reserve(8);
        _b.Step("open the directory", parent, Calls.Openat, Kernel.AtFdcwd, _b.AddText(parent),
            Directory | Kernel.ODirectory, result: descriptor, kind: StepKind.PutFile);
        _open.Push(new Level(descriptor, 0, 0, parent));
    }

    private void Enter(FileName name, long isMade)
    {
        long text = _b.AddBytes(name.Terminated), descriptor = _b.Reserve(8);
        string path = PathOf(name);
        _b.Step(
            "open the directory", path, Calls.Openat, Value.Word(_open.Peek().Descriptor), text,
            Directory | Kernel.ODirectory | Kernel.ONofollow, result: descriptor, kind: StepKind.PutFile);
        _open.Push(new Level(descriptor, text, _b.AddWord(isMade), path));
    }

    private void MakeDirectory(CopyInEntry entry)
    {
        string path = PathOf(entry.Name);
        long text = _b.AddBytes(entry.Name.Terminated), result = _b.Reserve(8), made = _b.Reserve(8),
        descriptor = _b.Reserve(8);
        Label isMade = _b.NewLabel(), fails = _b.NewLabel(), failed = _b.NewLabel(), wasThere = _b.NewLabel(),
        told = _b.NewLabel(), isFlagged = _b.NewLabel();

        // The directory is created writable. Excess permissions are removed at its end.
        _b.Branch(
            Calls.Mkdirat, [Value.Word(_open.Peek().Descriptor), text, entry.Mode | OwnerMode], result, isMade,
            isMade, failed);
        _b.Mark(failed);
        _b.Compare(Value.Word(result), -Errno.EEXIST, fails, wasThere, fails);
        _b.Mark(fails);
        _b.Step("make the directory", path, Node.Load32, result, kind: StepKind.PutFile);
        _b.Mark(isMade);
        _b.Store(made, 1);
        Tell(isFlagged, wasThere, told);
        _b.Step(
            "make the directory", path, Calls.Openat, Value.Word(_open.Peek().Descriptor), text,
            Directory | Kernel.ODirectory | Kernel.ONofollow, result: descriptor, kind: StepKind.PutFile);
        _open.Push(new Level(descriptor, text, made, path));
    }

    private void Leave(int mode)
    {
        Level left = _open.Pop();
        _b.Try(Calls.Close, Value.Word(left.Descriptor));
        if ((mode & OwnerMode) != OwnerMode)
        {
            Label change = _b.NewLabel(), end = _b.NewLabel();
            _b.Branch(Node.Load32, [left.IsMade], 0, change, end, end);
            _b.Mark(change);
            _b.Step("set the permissions of", left.Path, Calls.Fchmodat, Value.Word(_open.Peek().Descriptor),
                left.Name, mode);
            _b.Mark(end);
        }
    }

    private void Copy(CopyInEntry entry)
    {
        string path = PathOf(entry.Name);
        long text = _b.AddBytes(entry.Name.Terminated), file = _b.Reserve(8);
        long directory = _open.Peek().Descriptor;
        _b.Step(
            "write", path, Calls.Openat, Value.Word(directory), _temporary,
            Kernel.OWronly | Kernel.OCreat | Kernel.OExcl | Kernel.ONofollow | Kernel.OCloexec,
            entry.Mode, result: file, kind: StepKind.PutFile);

        Label outer = _b.FailureExit, failed = _b.NewLabel();
        _b.FailureExit = failed;
        Label again = _b.NewLabel(), complete = _b.NewLabel(), isMade = _b.NewLabel(), replaces = _b.NewLabel(),
        wasThere = _b.NewLabel(), told = _b.NewLabel();
        _b.Mark(again);
        _b.Step("write", path, Calls.Sendfile, Value.Word(file), _descriptor++, 0, AtOnce, zero: complete,
            kind: StepKind.PutFile);
        _b.Jump(again);
        _b.Mark(complete);

        // A default ACL of the directory reduces the permissions of new files. If a filter denies the change, the file
        // keeps the reduced permissions.
        _b.Try(Calls.Fchmod, Value.Word(file), entry.Mode);
        _b.Try(Calls.Close, Value.Word(file));
        Value[] rename = [Value.Word(directory), _temporary, Value.Word(directory), text];
        _b.Branch(Calls.Renameat2, [.. rename, Kernel.RenameNoReplace], 0, isMade, isMade, replaces);
        _b.Mark(replaces);
        _b.Step("write", path, Calls.Renameat2, rename[0], rename[1], rename[2], rename[3], 0, kind: StepKind.PutFile);
        _b.Jump(wasThere);
        _b.Mark(failed);
        _b.Try(Calls.Unlinkat, Value.Word(directory), _temporary, 0);
        _b.Jump(outer);
        _b.FailureExit = outer;
        Tell(isMade, wasThere, told);
    }

    private void Remove(CopyInRecord record)
    {
        switch (record.Kind)
        {
            case CopyInKind.File:
                if (record.IsMade)
                {
                    _b.Try(Calls.Unlinkat, Value.Word(_open.Peek().Descriptor), _b.AddBytes(record.Name.Terminated), 0);
                }

                break;
            case CopyInKind.Directory:
                // If opening fails, the word holds an error number that is no descriptor, so that later steps in the
                // directory fail and are ignored.
                long descriptor = _b.Reserve(8), text = _b.AddBytes(record.Name.Terminated);
                _b.Try(
                    Calls.Openat, Value.Word(_open.Peek().Descriptor), text,
                    Directory | Kernel.ODirectory | Kernel.ONofollow, result: descriptor);
                _open.Push(new Level(descriptor, text, 0, ""));
                break;
            default:
                Level left = _open.Pop();
                _b.Try(Calls.Unlinkat, Value.Word(left.Descriptor), _temporary, 0);
                _b.Try(Calls.Close, Value.Word(left.Descriptor));
                if (record.IsMade)
                {
                    _b.Try(Calls.Unlinkat, Value.Word(_open.Peek().Descriptor), left.Name, Kernel.AtRemoveDirectory);
                }

                break;
        }
    }

    /// <summary>Writes to the tally, and continues.</summary>
    private void Tell(Label isMade, Label wasThere, Label told)
    {
        _b.Mark(isMade);
        _b.Branch(Calls.Write, [Tally, _isMade, 1], 0, told, told, told);
        _b.Mark(wasThere);
        _b.Branch(Calls.Write, [Tally, _wasThere, 1], 0, told, told, told);
        _b.Mark(told);
    }

    private string PathOf(FileName name) => _open.Peek().Path is "/" ? $"/{name}" : $"{_open.Peek().Path}/{name}";

    /// <summary>Represents an open directory.</summary>
    /// <param name="Descriptor">The address of the word that holds its descriptor.</param>
    /// <param name="Name">The address of its name.</param>
    /// <param name="IsMade">The address of the word that records whether it was created.</param>
    /// <param name="Path">The path of the directory inside the sandbox.</param>
    private sealed record Level(long Descriptor, long Name, long IsMade, string Path);
}
