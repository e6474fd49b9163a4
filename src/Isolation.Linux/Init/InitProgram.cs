using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Init;

/// <summary>
/// Builds the program of the init image. Init waits for programs on the control socket (descriptor 0) and runs them,
/// reaps every child that ends, and reports the end of watched children. End of file on the socket ends init.
/// <para>
/// A program arrives as one message: an <see cref="InitHeader"/>, the program's bytes for <see cref="ProgramAddress"/>,
/// and descriptors. A program that does not fit into a message comes in a memory file, the last descriptor of the
/// message. A program ends by going to <see cref="Loop"/>. Only one program runs at a time. A program can leave a
/// running child and an entry in the table of watched processes.
/// </para>
/// </summary>
internal sealed class InitProgram
{
    /// <summary>The maximum number of commands that run at once in one sandbox.</summary>
    internal const int EntryCount = 1024;

    /// <summary>The address of programs: past the image's own data, in memory only.</summary>
    internal const long ProgramAddress = ElfImage.DataAddress + (1 << 20);

    /// <summary>
    /// The maximum size of a program, in bytes. Exceeds the kernel's limit for arguments and environment.
    /// </summary>
    internal const int ProgramCapacity = 16 << 20;

    /// <summary>
    /// The maximum size of the part of a program that the message contains, in bytes. Less than the smallest usual
    /// socket buffer.
    /// </summary>
    internal const int InlineCapacity = 96 << 10;

    /// <summary>
    /// The first descriptor that belongs to the running program, which closes its descriptors when it is done. If a
    /// Landlock ruleset exists, init keeps it at this number for later commands, whose descriptors then begin one
    /// higher.
    /// </summary>
    internal const int FirstFreeDescriptor = 2;

    private const int EventDescriptor = 1;
    /// <summary>The size of two <c>struct timespec</c>, in bytes.</summary>
    private const int StartSize = 32;

    private const int EntrySize = (6 * Node.Size) + StartSize;
    private const int ControlCapacity = 16 + (4 * Kernel.MaximumDescriptors) + 4;

    private static readonly Lazy<InitProgram> Shared = new(() => new InitProgram(SystemCallTable.Current));

    private readonly ProgramBuilder _builder = new(ElfImage.DataAddress, (int)(ProgramAddress - ElfImage.DataAddress));
    private readonly long _control;
    private readonly long _entries;

    internal InitProgram(SystemCallTable calls)
    {
        ProgramBuilder b = _builder;
        b.AddCommonWords();
        long report = b.Reserve(Marshal.SizeOf<ExitReport>());
        long reportParts = b.AddStructure(
            new Kernel.IoVector { Base = report, Length = Field<ExitReport>(nameof(ExitReport.StartSeconds)) });
        long reportedStart = b.AddStructure(new Kernel.IoVector { Length = StartSize });
        long reportMessage = b.AddStructure(new Kernel.MessageHeader { Parts = reportParts, PartCount = 2 });
        long polled = b.AddStructure(new Kernel.PollDescriptor { Descriptor = 0, Events = Kernel.Pollin });
        b.AddStructure(new Kernel.PollDescriptor { Descriptor = EventDescriptor, Events = Kernel.Pollin });
        long childSignals = b.AddWord(1L << ((int)UnixSignal.SIGCHLD - 1));
        long largeSize = b.Reserve(8);
        long events = b.Reserve(128);
        _control = b.Reserve(ControlCapacity);
        long receiveParts = b.Reserve(3 * 16);
        long receiveMessage = b.AddStructure(
            new Kernel.MessageHeader { Parts = receiveParts, PartCount = 3, Control = _control });
        long processId = report + Field<ExitReport>(nameof(ExitReport.ProcessId));
        Detach = new DetachNodes(b);

        Label poll = b.NewLabel(), receive = b.NewLabel(), children = b.NewLabel(), reap = b.NewLabel(),
        exit = b.NewLabel();
        Label lost = b.NewLabel(), accept = b.NewLabel(), send = b.NewLabel(), record = b.NewLabel();
        Label program = b.LabelAt(ProgramAddress), large = b.NewLabel(), received = b.NewLabel(), found = b.NewLabel(),
        first = b.NewLabel();

        // This comes first: until then, a process of the same user could trace init.
        FirstNode = b.Branch(calls.Prctl, [Kernel.PrSetDumpable, 0], 0, exit, Label.Next, exit);

        // A new session protects init from the signals of terminals of the host. The event descriptor gets the lowest
        // free number.
        MappableFirstNode = b.Try(calls.Setsid);
        b.Branch(calls.Signalfd4, [-1, childSignals, 8, Kernel.OCloexec | Kernel.ONonblock], 0, Label.Next, exit, exit);

        b.Mark(poll);
        Loop = b.Branch(calls.Ppoll, [polled, 2, 0, 0, 8], 0, Label.Next, poll, poll);
        b.Compare(Value.Word(polled + 4), Kernel.Pollin, receive, children, receive);

        b.Mark(receive);
        Detach.Receive(accept);
        b.Store(receiveMessage + Field<Kernel.MessageHeader>(nameof(Kernel.MessageHeader.ControlLength)),
            ControlCapacity);
        b.Branch(calls.Recvmsg, [0, receiveMessage, Kernel.MsgCmsgCloexec], b.FailureError, received, lost, Label.Next);
        Label notInterrupted = b.NewLabel();
        b.Compare(Value.Word(b.FailureError), -Errno.EINTR, notInterrupted, poll, notInterrupted);

        // The application ended without reading all messages. Those that it sent come next.
        b.Mark(notInterrupted);
        b.Compare(Value.Word(b.FailureError), -Errno.ECONNRESET, lost, poll, lost);
        b.Mark(lost);
        Detach.Lose(poll, exit);
        b.Mark(accept);
        Detach.Accept(poll);
        b.Mark(received);

        // The kernel drops descriptors beyond RLIMIT_NOFILE from a message and reports it only by this flag. The words
        // for their numbers would still hold those of an earlier message, or 0: the control socket.
        Label whole = b.NewLabel(), truncated = b.NewLabel();
        b.Compare(
            Value.Word(receiveMessage + Field<Kernel.MessageHeader>(nameof(Kernel.MessageHeader.Flags))),
            Kernel.MsgCmsgCloexec, truncated, whole, truncated);
        b.Mark(truncated);
        long refusal = b.AddWord(InitMessage.Header(InitMessageKind.DescriptorsMissing));
        b.Branch(calls.Sendto, [0, refusal, 8, Kernel.MsgNosignal, 0], 0, exit, exit, exit);
        b.Mark(whole);
        b.Branch(Node.Load32, [largeSize], 0, large, program, exit);

        // The header of the message is received into the first of these nodes.
        b.Mark(large);
        long descriptorLoad = b.Position;
        long read = descriptorLoad + (2 * Node.Size);
        b.Branch(Node.Load32, [0], read + Node.ArgumentOffset(0), Label.Next, Label.Next, exit);
        b.Branch(Node.Load32, [largeSize], read + Node.ArgumentOffset(2), Label.Next, exit, exit);
        b.Branch(calls.Read, [0, ProgramAddress], 0, program, exit, exit);

        b.Mark(children);
        b.Try(calls.Read, EventDescriptor, events, 128);
        b.Mark(reap);
        ReapNode = b.Branch(
            calls.Wait4,
            [-1, report + Field<ExitReport>(nameof(ExitReport.Status)), Kernel.Wnohang | Kernel.Wall,
                report + Field<ExitReport>(nameof(ExitReport.Usage))],
            processId,
            first,
            poll,
            poll);

        b.Mark(found);

        // WNOWAIT leaves further ended children for the loop to reap. An error means that there is no child.
        b.Try(
            calls.Waitid, Kernel.PAll, 0, 0, Kernel.Wnohang | Kernel.Wexited | Kernel.Wnowait | Kernel.Wall, 0,
            result: report + Field<ExitReport>(nameof(ExitReport.Left)));
        b.Try(calls.ClockGettime, Kernel.ClockMonotonic, report + Field<ExitReport>(nameof(ExitReport.EndSeconds)));
        b.Branch(Node.Load32, [Detach.IsDetachable], 0, record, Label.Next, record);
        b.Mark(send);
        ReportNode = b.Branch(calls.Sendmsg, [0, reportMessage, Kernel.MsgNosignal], 0, reap, reap, reap);

        b.Mark(record);
        long recordNode = Detach.Record(reportParts);
        b.Jump(send);

        b.Mark(exit);
        Label end = b.NewLabel(), wait = b.NewLabel();
        LastAct = b.Branch(Node.Subtract, [0, 0], 0, wait, end, wait);
        b.Mark(wait);
        LastWait = b.Branch(calls.Wait4, [-1, 0, Kernel.Wall, 0], 0, wait, wait, end);
        b.Mark(end);
        b.Branch(calls.ExitGroup, [0], 0, end, end, end);

        b.SetWord(report, InitMessage.Header(InitMessageKind.Exited));
        SetPart(receiveParts, largeSize, 8);
        SetPart(receiveParts + 16, descriptorLoad + Node.ArgumentOffset(0), 8);
        SetPart(receiveParts + 32, ProgramAddress, ProgramCapacity);

        b.Mark(first);
        _entries = b.Position;
        for (int entry = 0; entry < EntryCount; entry++)
        {
            AddEntry(
                entry, processId, report + Field<ExitReport>(nameof(ExitReport.Token)),
                recordNode + Node.ArgumentOffset(3), reportedStart, found, reap);
        }

        b.Finish();
        if (b.Position > ProgramAddress)
        {
            throw new InvalidOperationException("The data of the init image overlaps the address of programs.");
        }
    }

    internal static InitProgram Current => Shared.Value;

    /// <summary>
    /// Adds the step that makes init non-dumpable, so that no process can trace it, read its memory or take its
    /// descriptors.
    /// </summary>
    internal static void Hide(ProgramBuilder b) =>
        b.Step("keep the init process from being traced", null, SystemCallTable.Current.Prctl, Kernel.PrSetDumpable, 0);

    /// <summary>Gets the first node of init, which makes init non-dumpable.</summary>
    internal long FirstNode { get; }

    /// <summary>
    /// Gets the first node of an init whose id maps are written by an ordinary user. The maps of a non-dumpable process
    /// belong to root, so the first program makes this init non-dumpable.
    /// </summary>
    internal long MappableFirstNode { get; }

    /// <summary>Gets the node to which a program goes when it is done.</summary>
    internal long Loop { get; }

    /// <summary>Gets the node that ends init, and with it every process in its PID namespace.</summary>
    internal long ExitNode => LastAct;

    /// <summary>
    /// Gets the node before init ends. It does nothing unless a setup makes it kill all descendants of init and go to
    /// <see cref="LastWait"/>.
    /// </summary>
    internal long LastAct { get; }

    /// <summary>Gets the node that waits until init has no descendant.</summary>
    internal long LastWait { get; }

    /// <summary>Gets the node that reaps a child without waiting for it.</summary>
    internal long ReapNode { get; }

    /// <summary>
    /// Gets the node that sends the report of a command's end. A one-shot program links it to <see cref="ExitNode"/>.
    /// </summary>
    internal long ReportNode { get; }

    /// <summary>Gets the nodes with which init outlives its application.</summary>
    internal DetachNodes Detach { get; }

    internal ReadOnlySpan<byte> Data => _builder.Content;

    /// <summary>Gets the size of the image's data segment in memory, in bytes.</summary>
    internal static long MemorySize => ProgramAddress - ElfImage.DataAddress + ProgramCapacity;

    /// <summary>
    /// Gets the address of the word that holds the number of a received descriptor, by its position in the message.
    /// </summary>
    internal long DescriptorAddress(int index) => _control + 16 + (4 * index);

    /// <summary>
    /// Gets the address of the word that holds the process id of a watched command; 0 if there is none.
    /// </summary>
    internal long EntryProcess(int entry) => CompareNode(entry) + Node.ArgumentOffset(1);

    /// <summary>
    /// Gets the address of the word that determines where in the <see cref="ExitTable"/> the end of a watched process
    /// is recorded.
    /// </summary>
    internal long EntryRecord(int entry) => EntryAddress(entry) + (4 * Node.Size) + Node.ArgumentOffset(0);

    /// <summary>Gets the address of the start time of a watched command, a <c>struct timespec</c>.</summary>
    internal long EntryStart(int entry) => _entries + (entry * EntrySize) + (6 * Node.Size);

    /// <summary>
    /// Gets the address of the CPU time that the process of a watched command had used at its start, a <c>struct
    /// timespec</c>.
    /// </summary>
    internal long EntryCpuAtStart(int entry) => EntryStart(entry) + 16;

    /// <summary>
    /// Gets the links at the end of the chain of nodes that compare a reaped process with the entries. They are set
    /// when the next entry is first used.
    /// </summary>
    internal (long Positive, long Negative) EntryLinks(int entry) =>
        (CompareNode(entry) + Node.NextIfPositiveOffset, CompareNode(entry) + Node.NextIfPositiveOffset + 16);

    internal long EntryAddress(int entry) => _entries + (entry * EntrySize);

    private static int Field<T>(string name) => (int)Marshal.OffsetOf<T>(name);

    private long CompareNode(int entry) => EntryAddress(entry) + Node.Size;

    private void SetPart(long part, long address, long size)
    {
        _builder.SetWord(part, address);
        _builder.SetWord(part + 8, size);
    }

    private void AddEntry(
        int entry, long processId, long token, long recordOffset, long reportedStart, Label found, Label notFound)
    {
        _builder.Branch(
            Node.Load32, [processId], CompareNode(entry) + Node.ArgumentOffset(0), Label.Next, Label.Next, Label.Next);
        _builder.Branch(Node.Subtract, [0, 0], 0, notFound, Label.Next, notFound);
        _builder.Store(EntryProcess(entry), 0);
        _builder.Store(token, entry);
        _builder.Store(recordOffset, ExitTable.Exit(entry));
        _builder.Branch(Node.Subtract, [EntryStart(entry), 0], reportedStart, found, found, found);
        _builder.Reserve(StartSize);
    }
}
