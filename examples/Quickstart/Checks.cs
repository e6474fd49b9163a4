using Spectre.Console;

namespace Quickstart;

/// <summary>Counts the checks and lists those that failed.</summary>
internal sealed class Checks
{
    private readonly List<string> _failures = [];
    private int _count;

    /// <summary>Records a check.</summary>
    /// <returns><see langword="true"/> if the check passed.</returns>
    public bool Expect(string what, bool holds)
    {
        _count++;
        if (!holds)
        {
            _failures.Add(what);
        }

        return holds;
    }

    /// <summary>Prints the results.</summary>
    /// <returns>The exit code.</returns>
    public int Report()
    {
        AnsiConsole.WriteLine();
        if (_failures.Count == 0)
        {
            AnsiConsole.MarkupLineInterpolated($"[green]All {_count} checks passed.[/]");
            return 0;
        }

        AnsiConsole.MarkupLineInterpolated($"[red]{_failures.Count} of {_count} checks failed:[/]");
        foreach (string failure in _failures)
        {
            AnsiConsole.MarkupLineInterpolated($"  [red]-[/] {failure}");
        }

        return 1;
    }
}
