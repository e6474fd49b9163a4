using Spectre.Console;
using Spectre.Console.Rendering;

namespace Quickstart;

/// <summary>Formats the output for a terminal or a file.</summary>
internal static class Screen
{
    private const int WidthWithoutTerminal = 120;

    public static void Prepare()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthWithoutTerminal;
        }
    }

    public static void Heading(string title, string explanation)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.Write(new Rule($"[bold]{Markup.Escape(title)}[/]").LeftJustified());
        AnsiConsole.MarkupLineInterpolated($"[grey]{explanation}[/]");
    }

    public static Table Table(params string[] columns)
    {
        Table table = new() { Border = TableBorder.Rounded };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))));
        }

        return table;
    }

    /// <summary>Returns the output of a program as literal text, which is never interpreted as markup.</summary>
    public static IRenderable Plain(string text) => new Text(text.TrimEnd());

    public static IRenderable Verdict(bool holds) => new Markup(holds ? "[green]passed[/]" : "[red]FAILED[/]");

    public static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:0.0} ms";

    public static string Shorten(string text, int lines)
    {
        string[] all = text.TrimEnd().Split('\n');
        return all.Length <= lines ? text.TrimEnd() : string.Join('\n', all.Take(lines)) + " …";
    }
}
