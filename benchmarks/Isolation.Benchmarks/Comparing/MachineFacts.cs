using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Describes the machine, the date and the commit of a measurement.</summary>
internal sealed record MachineFacts
{
    public required string Processor { get; init; }

    public required int Cores { get; init; }

    public required string Kernel { get; init; }

    public required string Runtime { get; init; }

    public required string User { get; init; }

    public required string Date { get; init; }

    public required string Commit { get; init; }

    internal static async Task<MachineFacts> ReadAsync() => new()
    {
        Processor = ReadProcessor(),
        Cores = Environment.ProcessorCount,
        Kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        Runtime = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}",
        User = Environment.IsPrivilegedProcess ? "root" : "an ordinary user",
        Date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Commit = await ReadCommitAsync(),
    };

    private static string ReadProcessor() =>
        File.ReadLines("/proc/cpuinfo")
            .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
            .FirstOrDefault() ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static async Task<string> ReadCommitAsync()
    {
        if (ProgramFiles.Find("git") is not { } program)
        {
            return "unknown";
        }

        ProcessStartInfo start = new(program, ["describe", "--always", "--dirty", "--exclude", "*"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Find("."),
        };
        using Process git = Process.Start(start)!;
        string commit = (await git.StandardOutput.ReadToEndAsync()).Trim();
        await git.WaitForExitAsync();
        return commit.Length > 0 ? commit : "unknown";
    }
}
