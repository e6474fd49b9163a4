using Spectre.Console;

namespace PluginHost;

/// <summary>Counts the checks and lists those that failed.</summary>
internal sealed class Verdicts
{
    private readonly List<string> _failures = [];
    private int _count;

    /// <summary>Records a check.</summary>
    /// <returns>The verdict as markup.</returns>
    public string Note(string what, bool holds, string good)
    {
        _count++;
        if (!holds)
        {
            _failures.Add(what);
        }

        return holds ? $"[green]{good}[/]" : "[red]FAILED[/]";
    }

    /// <summary>Prints the results.</summary>
    /// <returns>The exit code.</returns>
    public int Report()
    {
        AnsiConsole.WriteLine();
        if (_failures.Count == 0)
        {
            AnsiConsole.MarkupLineInterpolated(
                $"[green]All {_count} checks passed: no attack succeeded, and the application continues.[/]");
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
