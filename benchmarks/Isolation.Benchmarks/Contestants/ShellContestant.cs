using System.Diagnostics;
using System.Globalization;

namespace Isolation.Benchmarks.Contestants;

/// <summary>
/// Programs that are started by a shell which was prepared for them before: what the preparation takes is in no figure.
/// </summary>
internal sealed class ShellContestant : Contestant
{
    private readonly Process _shell;
    private readonly Func<string> _nextLine;

    /// <param name="name">Who.</param>
    /// <param name="shell">Starts a shell that runs each line of its input, and answers with the exit code.</param>
    /// <param name="nextLine">What it runs.</param>
    internal ShellContestant(string name, ProcessStartInfo shell, Func<string> nextLine)
        : base(name)
    {
        shell.RedirectStandardInput = true;
        shell.RedirectStandardOutput = true;
        _shell = Process.Start(shell)!;
        _nextLine = nextLine;
    }

    internal override async ValueTask<double> MeasureAsync()
    {
        string line = _nextLine();
        long begin = Stopwatch.GetTimestamp();
        await _shell.StandardInput.WriteLineAsync(line);
        await _shell.StandardInput.FlushAsync();
        string? answer = await _shell.StandardOutput.ReadLineAsync();
        double microseconds = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        return int.TryParse(answer, CultureInfo.InvariantCulture, out int exitCode) && exitCode == 0
            ? microseconds
            : throw new InvalidOperationException($"{line} ended with '{answer}'.");
    }

    public override async ValueTask DisposeAsync()
    {
        // The end of its input ends it.
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
