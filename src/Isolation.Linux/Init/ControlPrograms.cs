using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Init;

/// <summary>Provides small programs for init, and a pool of program builders.</summary>
internal static class ControlPrograms
{
    private static readonly ConcurrentBag<ProgramBuilder> Builders = [];
    private static readonly SystemCallTable Calls = SystemCallTable.Current;
    private static readonly Lazy<byte[]> KillAllProgram = new(
        () => Build(b => b.Try(Calls.Kill, -1, (int)UnixSignal.SIGKILL)));
    private static readonly Lazy<byte[]> EmptyProgram = new(() => Build(EmitEmpty));

    internal static ProgramBuilder Rent(long baseAddress)
    {
        ProgramBuilder builder = Builders.TryTake(out ProgramBuilder? pooled)
            ? pooled
            : new ProgramBuilder(baseAddress);
        builder.Reset(baseAddress);
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

    /// <summary>
    /// Gets the program that kills every process in init's PID namespace except init. No process escapes by forking,
    /// because the kernel blocks new processes during the call.
    /// </summary>
    internal static byte[] KillAll() => KillAllProgram.Value;

    /// <summary>
    /// Gets the program that kills every process except init, waits until all of them are gone, and notifies the
    /// application (<see cref="InitMessageKind.Emptied"/>).
    /// </summary>
    internal static byte[] Empty() => EmptyProgram.Value;

    /// <summary>Creates a program that sends a signal to a command's process, unless the process was reaped.</summary>
    internal static byte[] Signal(int entry, int signal) => Build(b =>
    {
        Label none = b.NewLabel();
        long process = InitProgram.Current.EntryProcess(entry);
        b.Branch(Node.Load32, [process], 0, Label.Next, none, none);
        b.Try(Calls.Kill, Value.Word(process), signal);
        b.Mark(none);
    });

    /// <summary>
    /// Creates the program after which init outlives its application (<see cref="InitMessageKind.Detachable"/>).
    /// </summary>
    /// <param name="secret">The secret that the next application sends first.</param>
    internal static byte[] MakeDetachable(ReadOnlySpan<byte> secret)
    {
        DetachNodes detach = InitProgram.Current.Detach;
        long[] words = MemoryMarshal.Cast<byte, long>(secret).ToArray();
        return Build(b =>
        {
            for (int i = 0; i < words.Length; i++)
            {
                b.Store(detach.Secret + (8 * i), words[i]);
            }

            b.Store(detach.IsDetachable, 1);
            long message = b.AddWord(InitMessage.Header(InitMessageKind.Detachable));
            b.Try(Calls.Sendto, 0, message, 8, Kernel.MsgNosignal, 0);
        });
    }

    /// <summary>Gets the program after which init ends with its application again.</summary>
    internal static byte[] EndWithApplication() => Build(
        b => b.Store(InitProgram.Current.Detach.IsDetachable, 0));

    private static void EmitEmpty(ProgramBuilder b)
    {
        Label reap = b.NewLabel(), empty = b.NewLabel();
        long message = b.AddWord(InitMessage.Header(InitMessageKind.Emptied));
        b.Try(Calls.Kill, -1, (int)UnixSignal.SIGKILL);
        b.Mark(reap);
        b.Branch(Calls.Wait4, [-1, 0, Kernel.Wall, 0], 0, reap, reap, empty);
        b.Mark(empty);
        b.Try(Calls.Sendto, 0, message, 8, Kernel.MsgNosignal, 0);
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
