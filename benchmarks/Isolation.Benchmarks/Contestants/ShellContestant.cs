using System.Diagnostics;
using System.Globalization;

namespace Isolation.Benchmarks.Contestants;

/// <summary>
/// Starts programs from a shell that was prepared beforehand, so that no figure includes the preparation.
/// </summary>
internal sealed class ShellContestant : Contestant
{
    private readonly Process _shell;
    private readonly Func<string> _nextLine;

    /// <param name="name">The name of the contestant.</param>
    /// <param name="shell">A shell that runs each line of its input and prints the exit code.</param>
    /// <param name="nextLine">A function that returns the next line to run.</param>
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
        // The shell ends at the end of its input.
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
