using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Benchmarks.Subjects;

/// <summary>
/// Writes a program that repeats one system call and ends. The program contains neither a C library nor a runtime.
/// </summary>
internal static class CallLoop
{
    /// <summary>The number of calls in one run.</summary>
    internal const int Count = 250_000;

    private const int BufferSize = 4096;

    // Keeps the share of the loop counter small.
    private const int CallsPerRound = 20;

    /// <summary>Gets the address of a writable buffer in the program, beyond the instructions.</summary>
    internal static long Buffer => ElfImage.DataAddress + BufferSize;

    /// <summary>Adds the program to a root.</summary>
    /// <returns>The path of the program in the sandbox.</returns>
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
