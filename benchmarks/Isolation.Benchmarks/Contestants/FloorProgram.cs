using System.Diagnostics;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Contestants;

/// <summary>Compiles <c>floor.c</c>, which does the kernel work of a launch and nothing else.</summary>
internal static class FloorProgram
{
    internal const string Name = "floor (C)";

    internal static async Task<Contestant> CreateAsync(BenchmarkRoot root)
    {
        string compiler = ProgramFiles.Find("gcc") ?? ProgramFiles.Find("cc")
            ?? throw new InvalidOperationException("no C compiler is installed");
        string program = Path.Combine(root.Make("floor"), "floor");
        using (Process process = Process.Start(
            new ProcessStartInfo(compiler, ["-O2", "-o", program, Repository.Find("benchmarks/floor.c")]))!)
        {
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException("floor.c could not be compiled");
            }
        }

        return new ServedContestant(Name, new ProcessStartInfo(program, [root.Path, "serve"]), "sandbox")
        {
            Remark = "a C program that does the same kernel work and nothing else; it times itself",
        };
    }
}
