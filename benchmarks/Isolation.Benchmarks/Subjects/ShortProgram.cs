using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Benchmarks.Subjects;

/// <summary>Writes a program that uses 1 ms of CPU time, like a solution to a small programming task.</summary>
internal static class ShortProgram
{
    private const int ThreadCpuTime = 3;
    private const int Nanoseconds = 8;
    private const long Amount = 1_000_000;

    /// <summary>Adds the program to a root.</summary>
    /// <returns>The path of the program in the sandbox.</returns>
    internal static string AddTo(BenchmarkRoot root)
    {
        ProgramBuilder b = new(ElfImage.DataAddress);
        b.BeginAtBase();
        long time = b.Reserve(16);
        Label round = b.NewLabel(), done = b.NewLabel();
        b.Mark(round);
        b.Try(SystemCallTable.Current.ClockGettime, ThreadCpuTime, time);
        b.Compare(Value.Word(time + Nanoseconds), Amount, done, done, round);
        b.Mark(done);
        b.Try(SystemCallTable.Current.ExitGroup, 0);
        b.Jump(b.LabelAt(ElfImage.DataAddress));
        b.Finish();

        string file = root.ProgramPath("short");
        File.WriteAllBytes(file, ElfImage.Write(Walker.Current, b.Content, b.Length, ElfImage.DataAddress));
        File.SetUnixFileMode(file, File.GetUnixFileMode(root.ProgramPath("true")));
        return "/bin/short";
    }
}
