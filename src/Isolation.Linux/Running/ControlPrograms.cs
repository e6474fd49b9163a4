using System.Collections.Concurrent;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Running;

/// <summary>Small programs for init, and the builders that programs are laid out in.</summary>
internal static class ControlPrograms
{
    private static readonly ConcurrentBag<ProgramBuilder> Builders = [];
    private static readonly SystemCallTable Calls = SystemCallTable.Current;
    private static readonly Lazy<byte[]> KillAllProgram = new(() => Build(b => b.Try(Calls.Kill, -1, (int)UnixSignal.Kill)));

    internal static ProgramBuilder Rent(long baseAddress)
    {
        ProgramBuilder builder = Builders.TryTake(out ProgramBuilder? pooled) ? pooled : new ProgramBuilder(baseAddress, InitProgram.CommandResults);
        builder.Reset(baseAddress, InitProgram.CommandResults);
        return builder;
    }

    internal static void Return(ProgramBuilder builder)
    {
        const int LargestKept = 256 << 10;
        if (builder.Length <= LargestKept)
        {
            Builders.Add(builder);
        }
    }

    /// <summary>Kills every process in init's PID namespace but init. No fork outruns it: the kernel holds new processes off meanwhile.</summary>
    internal static byte[] KillAll() => KillAllProgram.Value;

    /// <summary>Sends a signal to a command's process, unless it was reaped.</summary>
    internal static byte[] Signal(int entry, int signal) => Build(b => SignalProcess(b, entry, signal, toGroup: false));

    /// <summary>Kills a command's process group.</summary>
    internal static byte[] KillGroup(int entry) => Build(b => SignalProcess(b, entry, (int)UnixSignal.Kill, toGroup: true));

    private static void SignalProcess(ProgramBuilder b, int entry, int signal, bool toGroup)
    {
        Label none = b.NewLabel();
        long process = InitProgram.Current.EntryProcess(entry);
        b.Branch(Node.Load32, [process], 0, Label.Next, none, none);
        if (toGroup)
        {
            long group = b.Reserve(8);
            b.Branch(Node.Subtract, [0, Value.Word(process)], group, Label.Next, Label.Next, Label.Next);
            process = group;
        }

        b.Try(Calls.Kill, Value.Word(process), signal);
        b.Mark(none);
    }

    private static byte[] Build(Action<ProgramBuilder> steps)
    {
        ProgramBuilder b = Rent(InitProgram.ProgramAddress);
        try
        {
            b.BeginAtBase();
            steps(b);
            b.Jump(b.LabelAt(InitProgram.Current.Loop));
            b.Finish();
            return b.Content.ToArray();
        }
        finally
        {
            Return(b);
        }
    }
}
