using Spectre.Console;

namespace PluginHost;

/// <summary>What must hold, and whether it did.</summary>
internal sealed class Verdicts
{
    private readonly List<string> _failures = [];
    private int _count;

    /// <summary>Notes one thing.</summary>
    /// <returns>The verdict, as markup.</returns>
    public string Note(string what, bool holds, string good)
    {
        _count++;
        if (!holds)
        {
            _failures.Add(what);
        }

        return holds ? $"[green]{good}[/]" : "[red]FAILS[/]";
    }

    /// <summary>Says how many hold.</summary>
    /// <returns>The exit code.</returns>
    public int Report()
    {
        AnsiConsole.WriteLine();
        if (_failures.Count == 0)
        {
            AnsiConsole.MarkupLineInterpolated(
                $"[green]All {_count} checks hold: nothing got through, and the application goes on.[/]");
            return 0;
        }

        AnsiConsole.MarkupLineInterpolated($"[red]{_failures.Count} of {_count} checks fail:[/]");
        foreach (string failure in _failures)
        {
            AnsiConsole.MarkupLineInterpolated($"  [red]-[/] {failure}");
        }

        return 1;
    }
}
