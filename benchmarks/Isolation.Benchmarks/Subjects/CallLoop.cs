using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Benchmarks.Subjects;

/// <summary>
/// A program that makes one system call over and over and ends; neither a C library nor a runtime is in it.
/// </summary>
internal static class CallLoop
{
    /// <summary>How often the call is made in one run.</summary>
    internal const int Count = 250_000;

    private const int BufferSize = 4096;

    // So that counting is a small part of a round.
    private const int CallsPerRound = 20;

    /// <summary>An address that any such program can write to: none of them is as long.</summary>
    internal static long Buffer => ElfImage.DataAddress + BufferSize;

    /// <summary>Puts the program into a root.</summary>
    /// <returns>Its path inside.</returns>
    internal static string AddTo(BenchmarkRoot root, string name, long number, params ReadOnlySpan<Value> arguments)
    {
        ProgramBuilder b = new(ElfImage.DataAddress);
        b.BeginAtBase();
        Label round = b.NewLabel();
        b.Mark(round);
        for (int call = 0; call < CallsPerRound; call++)
        {
            b.Branch(number, arguments, 0, Label.Next, Label.Next, Label.Next);
        }

        long counter = b.Branch(Node.Subtract, [Count / CallsPerRound, 1], 0, round, Label.Next, Label.Next);
        b.SetWord(counter + Node.ResultAddressOffset, counter + Node.ArgumentOffset(0));
        b.Try(SystemCallTable.Current.ExitGroup, 0);
        b.Jump(b.LabelAt(ElfImage.DataAddress));
        b.Finish();

        string file = root.ProgramPath(name);
        File.WriteAllBytes(
            file, ElfImage.Write(Walker.Current, b.Content, b.Length + BufferSize, ElfImage.DataAddress));
        File.SetUnixFileMode(file, File.GetUnixFileMode(root.ProgramPath("true")));
        return $"/bin/{name}";
    }
}
