using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Commands;

/// <summary>
/// Puts a reaper between init and a command that starts while others run, or that may leave processes behind. The
/// reaper is a copy of init that starts the command and adopts its orphans (<c>PR_SET_CHILD_SUBREAPER</c>), so that all
/// processes of the command stay descendants of the reaper. It reports the end of the command's own process, and ends
/// when it has no child left: then all processes of the command are gone. A hanging start blocks the reaper, not init.
/// </summary>
internal sealed class ReaperSteps
{
    /// <summary>
    /// The number of the step that creates the reaper. If it fails, there is no reaper to wait for.
    /// </summary>
    internal const int CloneStep = 1;

    private readonly ProgramBuilder _b;
    private readonly int _entry;

    /// <summary>Adds init's part, and begins the reaper's part, which walks the nodes that follow.</summary>
    /// <param name="b">The builder of the command's program.</param>
    /// <param name="command">The command.</param>
    /// <param name="entry">The entry in init's table, whose process is the reaper.</param>
    /// <param name="firstFree">The first descriptor that belongs to the program.</param>
    /// <param name="name">The name for the process list, at most 15 characters.</param>
    internal ReaperSteps(ProgramBuilder b, SandboxCommand command, int entry, int firstFree, string name)
    {
        _b = b;
        _entry = entry;
        InitProgram init = InitProgram.Current;
        Label reaper = b.NewLabel(), end = b.NewLabel(), failed = b.NewLabel();

        // Init takes the name briefly, so that the reaper has it from its first instruction on, even if a payload with
        // init's id stops it there.
        long initName = b.AddText("isolation-init");
        b.Try(Calls.Prctl, Kernel.PrSetName, b.AddText(name));

        // The memory is copied, not shared, because the next program overwrites init's.
        b.FailureExit = failed;
        CloneArguments arguments = new() { ExitSignal = (long)UnixSignal.SIGCHLD };
        CloneSteps.Step(b, "clone a reaper for", command.Program, arguments, init.EntryProcess(entry), reaper,
            StepKind.CloneCommand);
        b.Try(Calls.Prctl, Kernel.PrSetName, initName);
        b.Try(Calls.CloseRange, firstFree, uint.MaxValue, 0);
        b.Jump(b.LabelAt(init.Loop));

        b.Mark(failed);
        b.Try(Calls.Prctl, Kernel.PrSetName, initName);
        b.Store(init.EntryProcess(entry), 0);
        FailureMessage.Emit(b, entry);
        b.Try(Calls.CloseRange, firstFree, uint.MaxValue, 0);
        b.Jump(b.LabelAt(init.Loop));

        b.Mark(end);
        EndNode = b.Branch(Calls.ExitGroup, [0], 0, end, end, end);

        b.Mark(reaper);
        b.Try(Calls.Prctl, Kernel.PrSetChildSubreaper, 1);

        // A PID namespace would end the reaper with init.
        b.Try(Calls.Prctl, Kernel.PrSetPdeathsig, (int)UnixSignal.SIGKILL);
    }

    /// <summary>Gets the node that ends the reaper.</summary>
    internal long EndNode { get; }

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>
    /// Reaps until no child is left, with the reaper's copies of init's nodes. The copies now block, and know one entry
    /// only, because the process ids of other entries may be those of orphans here.
    /// </summary>
    /// <param name="isRecorded">Whether the end of the command's own process is recorded.</param>
    internal void Reap(bool isRecorded)
    {
        InitProgram init = InitProgram.Current;
        if (isRecorded)
        {
            _b.Store(init.EntryRecord(_entry), ExitTable.Exit(_entry));
        }

        _b.Store(init.ReapNode + Node.ArgumentOffset(2), Kernel.Wall);
        _b.Store(init.ReapNode + Node.NextIfPositiveOffset, init.EntryAddress(_entry));
        _b.Store(init.ReapNode + Node.NextIfZeroOffset, EndNode);
        _b.Store(init.ReapNode + Node.NextIfNegativeOffset, EndNode);
        (long positive, long negative) = init.EntryLinks(_entry);
        _b.Store(positive, init.ReapNode);
        _b.Store(negative, init.ReapNode);
        _b.Jump(_b.LabelAt(init.ReapNode));
    }
}
