using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Isolation.Benchmarks.Subjects;
using Isolation.Benchmarks.Working;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Measures many sandboxes in a separate process, whose threads and memory serve nothing else.</summary>
internal static class ManySandboxesRun
{
    internal static async Task<ManySandboxes> RunAsync(BenchmarkRoot root, int count)
    {
        ProcessStartInfo start = ProgramFiles.Again(
            ManySandboxesWorker.Name, count.ToString(CultureInfo.InvariantCulture), root.Path);
        start.RedirectStandardOutput = true;
        using Process worker = Process.Start(start)!;
        string output = await worker.StandardOutput.ReadToEndAsync();
        await worker.WaitForExitAsync();
        return worker.ExitCode == 0
            ? JsonSerializer.Deserialize<ManySandboxes>(output)!
            : throw new InvalidOperationException(
                $"The worker with {count} sandboxes ended with exit code {worker.ExitCode}.");
    }
}
