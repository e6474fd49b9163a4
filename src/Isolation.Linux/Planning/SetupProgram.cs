using System.Runtime.InteropServices;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Planning;

/// <summary>
/// Adds the beginning and the end of the setup's program. The end has two forms: either init reports that the sandbox
/// is ready, or a command's program follows directly.
/// </summary>
internal sealed class SetupProgram(PlanningContext context)
{
    private Label _failed;
    private long _clear;
    private long _rules;
    private long _last;
    private long _report;
    private long _reported;

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Begins the program. A failed step goes to its end.</summary>
    internal void Begin()
    {
        ProgramBuilder b = context.Builder;
        b.BeginAtBase();
        _failed = b.NewLabel();
        b.FailureExit = _failed;
    }

    /// <summary>
    /// Closes the descriptors that the setup has opened, so that the kept ruleset gets the lowest numbers. Skipped if a
    /// command follows directly, because its descriptors have been received by then.
    /// </summary>
    internal void CloseForRules()
    {
        ProgramBuilder b = context.Builder;
        Label next = b.NewLabel();
        _clear = b.Jump(next);
        b.Mark(next);
        b.Try(Calls.CloseRange, context.FirstDescriptor, uint.MaxValue, 0);
        _rules = b.Branch(Node.Subtract, [0, 0], 0, Label.Next, Label.Next, Label.Next);
    }

    /// <summary>Adds the end of the program, in both forms.</summary>
    /// <param name="keptCount">The number of descriptors that init keeps for later commands.</param>
    internal void Finish(int keptCount)
    {
        ProgramBuilder b = context.Builder;
        Label end = b.NewLabel();
        _last = b.Jump(end);
        b.Mark(end);
        b.Step("close what the set-up left open", null, Calls.CloseRange,
            context.FirstDescriptor + keptCount, uint.MaxValue, 0);
        SendReady();
        b.Jump(b.LabelAt(InitProgram.Current.Loop));
        SendFailure();
        ReportSkipped();
        b.Finish();
    }

    /// <summary>Creates the form of a finished program that is directly followed by a command's program.</summary>
    internal byte[] BeforeCommand()
    {
        ReadOnlySpan<byte> program = context.Builder.Content;
        byte[] before = new byte[(program.Length + 7) & ~7];
        program.CopyTo(before);
        if (_clear != 0)
        {
            Link(before, _clear, _rules);
        }

        Link(before, _last, _report);
        Link(before, _reported, InitProgram.ProgramAddress + before.Length);
        return before;
    }

    private void SendReady()
    {
        ProgramBuilder b = context.Builder;
        long message = b.AddWord(InitMessage.Header(InitMessageKind.Ready));
        List<long> copies = [];
        foreach ((long step, long error) in context.SkippedWords)
        {
            copies.Add(step);
            copies.Add(error);
        }

        // The words of skipped steps are scattered over the program; the message has them in a row.
        long copy = b.Reserve(8 * copies.Count);
        foreach (long word in copies)
        {
            b.Branch(Node.Load32, [word], copy, Label.Next, Label.Next, Label.Next);
            copy += 8;
        }

        b.Try(Calls.Sendto, 0, message, copy - message, Kernel.MsgNosignal, 0);
    }

    /// <summary>
    /// Adds the report for a setup directly followed by a command, which sends a message only if something was skipped.
    /// </summary>
    private void ReportSkipped()
    {
        ProgramBuilder b = context.Builder;
        Label send = b.NewLabel(), done = b.NewLabel();
        _report = b.Branch(Node.Subtract, [0, 0], 0, Label.Next, Label.Next, Label.Next);
        foreach ((long step, _) in context.SkippedWords)
        {
            b.Branch(Node.Load32, [step], 0, send, Label.Next, Label.Next);
        }

        b.Jump(done);
        b.Mark(send);
        SendReady();
        b.Mark(done);
        _reported = b.Jump(b.LabelAt(InitProgram.Current.Loop));
    }

    private void SendFailure()
    {
        ProgramBuilder b = context.Builder;
        b.Mark(_failed);
        FailureMessage.Emit(b, FailureMessage.SetupToken);
        b.Jump(b.LabelAt(InitProgram.Current.ExitNode));
    }

    private void Link(byte[] program, long node, long next)
    {
        for (int link = 0; link < 3; link++)
        {
            MemoryMarshal.Write(
                program.AsSpan(
                    (int)(node - context.Builder.BaseAddress) + Node.NextIfPositiveOffset + (8 * link)), in next);
        }
    }
}
