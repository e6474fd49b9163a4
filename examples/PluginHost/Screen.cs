using Spectre.Console;

namespace PluginHost;

/// <summary>Formats the output for a terminal or a file.</summary>
internal static class Screen
{
    private const int WidthWithoutTerminal = 150;

    public static void Prepare()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthWithoutTerminal;
        }
    }

    public static void Heading(string title)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.Write(new Rule($"[bold]{Markup.Escape(title)}[/]").LeftJustified());
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

    /// <summary>Adds a row. Only the verdict is interpreted as markup.</summary>
    public static void Row(this Table table, string verdict, params string[] texts) =>
        table.AddRow([.. texts.Select(text => new Text(text)), new Markup(verdict)]);
}
