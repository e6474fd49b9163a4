using System.Diagnostics;
using Isolation;
using Spectre.Console;

namespace Quickstart;

/// <summary>Runs programs that would never end, and shows which limits end them.</summary>
internal static class Limits
{
    public static async Task ShowAsync(ISandboxProvider provider, Checks checks)
    {
        Screen.Heading(
            "Limits",
            "Each program runs in its own sandbox. Afterwards, the process list of the host is searched for "
            + "leftover processes.");
        Table table = Screen.Table("program", "limit", "outcome", "output", "total", "leftover", "");
        string marker = $"quickstart_{Guid.NewGuid():N}";
        (string Title, string Limit, SandboxOutcome Expected, SandboxCommand Command)[] all =
        [
            ("An endless loop", "0.2 s of wall time", SandboxOutcome.WallTimeExceeded,
                Script($": {marker}; while :; do :; done") with { WallTime = TimeSpan.FromSeconds(0.2) }),
            ("Endless output", "1 MiB of output", SandboxOutcome.OutputExceeded,
                Script($": {marker}; yes '{marker}'") with { StandardOutput = OutputTarget.Capture((int)1.MiB()) }),
            ("A fork bomb", "32 processes, 0.5 s", SandboxOutcome.WallTimeExceeded,
                Script($"{marker}() {{ {marker} | {marker} & }}; {marker}; exec sleep 10") with
                {
                    WallTime = TimeSpan.FromSeconds(0.5),
                    ResourceLimits = [new ResourceLimit(LimitedResource.Processes, 32)],
                }),
            ("A daemon that ignores signals", "0.2 s of wall time", SandboxOutcome.WallTimeExceeded,
                Script(
                    $"trap '' HUP INT TERM; (setsid sh -c 'trap \"\" HUP TERM; : {marker}; sleep 600' &); "
                    + $"sleep 600") with
                {
                    WallTime = TimeSpan.FromSeconds(0.2),
                }),
            ("A file that fills /tmp", "64 MiB in /tmp", SandboxOutcome.Completed,
                Script("cat /dev/zero > /tmp/full; ls -sh /tmp/full")),
        ];
        foreach ((string title, string limit, SandboxOutcome expected, SandboxCommand command) in all)
        {
            long start = Stopwatch.GetTimestamp();
            SandboxResult result = await SandboxPresets.HostPrograms().RunAsync(provider, command);
            TimeSpan whole = Stopwatch.GetElapsedTime(start);
            int left = CountProcesses(marker);
            bool holds = checks.Expect(title, result.Outcome == expected && left == 0);
            string output = expected == SandboxOutcome.OutputExceeded
                ? $"{result.StandardOutput.Bytes.Length / 1.KiB():N0} KiB kept"
                : result.StandardError.Text + result.StandardOutput.Text;
            table.AddRow(
                new Text(title), new Text(limit), new Text(result.Outcome.ToString()),
                Screen.Plain(Screen.Shorten(output, 2)),
                new Text(Screen.Milliseconds(whole)), new Text($"{left}"), Screen.Verdict(holds));
        }

        AnsiConsole.Write(table);
    }

    private static SandboxCommand Script(string script) => new("sh", "-c", script);

    private static int CountProcesses(string marker) =>
        Directory.EnumerateDirectories("/proc")
            .Where(directory => int.TryParse(Path.GetFileName(directory), out _))
            .Count(directory => CommandLine(directory).Contains(marker, StringComparison.Ordinal));

    private static string CommandLine(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "cmdline"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The process has ended in the meantime.
            return "";
        }
    }
}
