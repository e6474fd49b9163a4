using System.Diagnostics;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>The program Isolation.TestHost, started as a host of its own.</summary>
internal sealed class HostProgram : IDisposable
{
    private readonly Process _process;

    private HostProgram(Process process) => _process = process;

    internal int ProcessId => _process.Id;

    private static string[] Line =>
        [Environment.ProcessPath is { } path
            && Path.GetFileName(path) == "dotnet" ? path : Machine.FindProgram("dotnet")!,
            Path.Combine(AppContext.BaseDirectory, "Isolation.TestHost.dll")];

    /// <summary>Starts it with a pipe for its reports. It ends when it is disposed.</summary>
    internal static HostProgram Start(params string[] arguments) => StartBelow([], arguments);

    /// <summary>
    /// The same below another program, which executes it: <paramref name="below"/> is a command line that ends in the
    /// place for its own.
    /// </summary>
    internal static HostProgram StartBelow(string[] below, params string[] arguments)
    {
        string[] line = [.. below, .. Line, "-", .. arguments];
        ProcessStartInfo start = new(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new HostProgram(Process.Start(start)!);
    }

    /// <summary>Runs it to its end below other programs, and returns its report.</summary>
    /// <param name="below">A command line that ends in the place for another one, such as <c>env
    /// --ignore-signal</c>.</param>
    /// <param name="arguments">The arguments of the program.</param>
    internal static async Task<string[]> RunBelowAsync(string[] below, params string[] arguments)
    {
        string report = Path.Combine(Path.GetTempPath(), $"isolation-report-{Guid.NewGuid():N}");
        try
        {
            string[] line = [.. below, .. Line, report, .. arguments];
            ProcessStartInfo start = new(line[0], line[1..]) { RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            string error = await process.StandardError.ReadToEndAsync();
            using CancellationTokenSource patience = new(2 * Processes.Patience);
            await process.WaitForExitAsync(patience.Token);
            string[] lines = File.Exists(report) ? await File.ReadAllLinesAsync(report) : [];
            Assert.That(
                lines.LastOrDefault(), Is.EqualTo("done"),
                $"exit code {process.ExitCode}: {string.Join('\n', lines)}\n{error}");
            return lines;
        }
        finally
        {
            File.Delete(report);
        }
    }

    /// <summary>Reads its reports up to a line.</summary>
    internal async Task<string[]> ReadUntilAsync(string last)
    {
        List<string> lines = [];
        using CancellationTokenSource patience = new(2 * Processes.Patience);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line && line != last)
        {
            Assert.That(line, Does.Not.StartWith("failed"));
            lines.Add(line);
        }

        return [.. lines];
    }

    internal void Kill() => _process.Kill();

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
