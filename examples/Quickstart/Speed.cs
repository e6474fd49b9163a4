using System.Diagnostics;
using Isolation;
using Spectre.Console;

namespace Quickstart;

/// <summary>
/// Measures the time to start a program with and without a sandbox. For meaningful figures, see the benchmarks.
/// </summary>
internal static class Speed
{
    private const int Rounds = 50;

    public static async Task ShowAsync(ISandboxProvider provider)
    {
        Screen.Heading(
            "Speed", $"The median of {Rounds} consecutive runs of `true`, from the call to the result.");
        SandboxSpecification specification = SandboxPresets.HostPrograms().Build();
        SandboxCommand command = new("/bin/true")
        {
            StandardOutput = OutputTarget.Null,
            StandardError = OutputTarget.Null,
        };
        await using ISandbox sandbox = await provider.CreateAsync(specification);
        Table table = Screen.Table("", "median");
        table.AddRow("Process.Start, no isolation", await MeasureAsync(async () =>
        {
            using Process process = HostProgram.Start("/bin/true");
            await process.WaitForExitAsync();
        }));
        table.AddRow(
            "create a sandbox, run the program, remove the sandbox",
            await MeasureAsync(() => provider.RunAsync(specification, command)));
        table.AddRow("run another program in an existing sandbox", await MeasureAsync(() => sandbox.RunAsync(command)));
        AnsiConsole.Write(table);
    }

    private static async Task<string> MeasureAsync(Func<Task> run)
    {
        List<TimeSpan> times = [];
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            await run();
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        times.Sort();
        return Screen.Milliseconds(times[Rounds / 2]);
    }
}
