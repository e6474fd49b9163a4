using Isolation.Linux.Commands.Payloads;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp;
using Isolation.Linux.Seccomp.Supervision;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Commands;

/// <summary>
/// Builds the program that starts a command. Init clones a child that shares init's memory until it executes the
/// payload.
/// </summary>
internal static class CommandProgram
{
    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    /// <summary>Adds the program to an empty builder.</summary>
    /// <param name="b">The builder.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="entry">The entry of the command in init's table.</param>
    /// <param name="options">The additional actions.</param>
    /// <param name="reaper">The name of the command's reaper; null to make the processes children of init.</param>
    internal static void Build(
        ProgramBuilder b, in PayloadSteps payload, int entry, CommandOptions options, string? reaper = null)
    {
        InitProgram init = InitProgram.Current;
        bool withSetup = options.HasFlag(CommandOptions.ExitWithCommand);
        int firstFree = withSetup ? InitProgram.FirstFreeDescriptor : payload.Setup.FirstFreeDescriptor;
        b.BeginAtBase();
        Label goBetweenEnd = b.NewLabel();
        Label child = b.NewLabel(), childFailed = b.NewLabel(), startFailed = b.NewLabel();
        b.FailureExit = startFailed;
        if (options.HasFlag(CommandOptions.FirstUseOfEntry) && entry > 0)
        {
            (long positive, long negative) = init.EntryLinks(entry - 1);
            b.Store(positive, init.EntryAddress(entry));
            b.Store(negative, init.EntryAddress(entry));
        }

        if (payload.Setup.IsDetached)
        {
            b.Store(init.EntryRecord(entry), reaper is null ? ExitTable.Exit(entry) : ExitTable.Reaper(entry));
        }

        // The entry may hold the time of an earlier command; a command that ends before its execution has no start
        // time.
        b.Store(init.EntryStart(entry), 0);
        ReaperSteps? reaping = reaper is null ? null : new ReaperSteps(b, payload.Command, entry, firstFree, reaper);
        b.FailureExit = startFailed;
        CloneArguments clone = new()
        {
            Flags = CloneArguments.Vm | CloneArguments.Vfork,
            ExitSignal = (long)UnixSignal.SIGCHLD,
        };
        SeccompNotifySteps? listener = options.HasFlag(CommandOptions.AsksHost)
            ? new SeccompNotifySteps(b, DescriptorSteps.Highest(payload.Descriptors))
            : null;
        CloneSteps.Step(
            b, "clone a process for the command", payload.Command.Program, clone,
            listener is null ? init.EntryProcess(entry) : b.Reserve(8), child, StepKind.CloneCommand);

        // The child has executed the payload or has ended. Both share the memory, so a failure is visible at once. A
        // child that was killed has reported none.
        listener?.AwaitPayload(init.EntryProcess(entry));
        b.Branch(Node.Load32, [b.FailureStep], 0, startFailed, Label.Next, startFailed);
        long prepared = b.AddWord(-Errno.ESRCH);
        b.Step("prepare the process of", "the command", Node.Load32, prepared, kind: StepKind.PrepareCommand);
        listener?.CheckSent(init.EntryProcess(entry), startFailed);
        if (options.HasFlag(CommandOptions.ReportStart))
        {
            ReportStart(b, entry, payload.Setup.IsDetached);
        }

        b.Try(Calls.CloseRange, firstFree, uint.MaxValue, 0);
        if (withSetup && (payload.Setup.OwnsProcesses || payload.Setup.InitEndsAll))
        {
            // Otherwise, processes that the command leaves would lose their ancestor before the application has found
            // them.
            for (int link = 0; link < 3; link++)
            {
                b.Store(init.ReportNode + Node.NextIfPositiveOffset + (8 * link), init.ExitNode);
            }
        }

        if (reaping is null)
        {
            b.Jump(b.LabelAt(init.Loop));
        }
        else
        {
            reaping.Reap(payload.Setup.IsDetached);
        }

        b.Mark(startFailed);
        b.Store(init.EntryProcess(entry), 0);
        long failure = FailureMessage.Emit(b, entry);
        if (payload.Setup.IsDetached)
        {
            b.Try(Calls.Pwrite64, DetachNodes.TableDescriptor, failure, FailureMessage.Size, ExitTable.Start(entry));
        }

        b.Try(Calls.CloseRange, firstFree, uint.MaxValue, 0);
        b.Jump(b.LabelAt(
            reaping?.EndNode ?? (options.HasFlag(CommandOptions.ExitWithCommand) ? init.ExitNode : init.Loop)));

        b.FailureExit = childFailed;
        b.Mark(child);
        if (listener is not null)
        {
            payload.TieToInit(b);
            listener.BeginPayload(init.EntryProcess(entry), goBetweenEnd);
        }

        payload.Add(
            b, new PayloadRecord(init.EntryStart(entry), init.EntryCpuAtStart(entry), prepared), listener, withSetup);

        b.Mark(childFailed);
        FilterSteps.End(b);
        if (listener is not null)
        {
            b.Mark(goBetweenEnd);
            b.Branch(Calls.ExitGroup, [0], 0, goBetweenEnd, goBetweenEnd, goBetweenEnd);
        }

        b.Finish();
    }

    /// <summary>Adds the program with which init becomes the payload to an empty builder.</summary>
    /// <param name="b">The builder, in which <see cref="BeginInPlace"/> was called.</param>
    /// <param name="payload">The payload, with its steps in place of a child.</param>
    /// <param name="withSetup">Whether the setup runs immediately before, in the same memory.</param>
    internal static void BuildInPlace(ProgramBuilder b, in PayloadSteps payload, bool withSetup)
    {
        payload.Add(b, payload.InPlace!.Record, listener: null, withSetup);
        payload.InPlace.Finish(b);
        b.Finish();
    }

    /// <summary>Begins a program for <see cref="BuildInPlace"/>.</summary>
    internal static InPlaceSteps BeginInPlace(
        ProgramBuilder b, int entry, ReadOnlySpan<Streams.PassedDescriptor> descriptors)
    {
        b.BeginAtBase();
        return new InPlaceSteps(b, entry, DescriptorSteps.Highest(descriptors));
    }

    /// <summary>Reports the start, with the process id inside the sandbox and the CPU time used before.</summary>
    private static void ReportStart(ProgramBuilder b, int entry, bool isRecorded)
    {
        InitProgram init = InitProgram.Current;
        long message = b.AddWord(InitMessage.Header(InitMessageKind.Started));
        b.AddWord(entry);
        long pid = b.Reserve(8), cpuTime = b.Reserve(8);
        b.Branch(Node.Load32, [init.EntryProcess(entry)], pid, Label.Next, Label.Next, Label.Next);
        b.Branch(Node.Load32, [init.EntryCpuAtStart(entry) + 8], cpuTime, Label.Next, Label.Next, Label.Next);
        if (isRecorded)
        {
            // Before the message: an application that has received it finds the record.
            long parts = b.AddStructure(new Kernel.IoVector { Base = message, Length = 32 });
            b.AddStructure(new Kernel.IoVector { Base = init.EntryStart(entry), Length = 16 });
            b.Try(Calls.Pwritev, DetachNodes.TableDescriptor, parts, 2, ExitTable.Start(entry), 0);
        }

        b.Try(Calls.Sendto, 0, message, 32, Kernel.MsgNosignal, 0);
    }
}
