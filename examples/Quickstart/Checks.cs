using Spectre.Console;

namespace Quickstart;

/// <summary>What must hold, and whether it did.</summary>
internal sealed class Checks
{
    private readonly List<string> _failures = [];
    private int _count;

    /// <summary>Notes one thing that must hold.</summary>
    /// <returns>Whether it does.</returns>
    public bool Expect(string what, bool holds)
    {
        _count++;
        if (!holds)
        {
            _failures.Add(what);
        }

        return holds;
    }

    /// <summary>Says how many hold.</summary>
    /// <returns>The exit code.</returns>
    public int Report()
    {
        AnsiConsole.WriteLine();
        if (_failures.Count == 0)
        {
            AnsiConsole.MarkupLineInterpolated($"[green]All {_count} checks hold.[/]");
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
