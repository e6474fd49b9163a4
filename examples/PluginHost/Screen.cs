using Spectre.Console;

namespace PluginHost;

/// <summary>How the output looks, in a terminal and in a file.</summary>
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

    /// <summary>A row, of which nothing is read as markup but the verdict.</summary>
    public static void Row(this Table table, string verdict, params string[] texts) =>
        table.AddRow([.. texts.Select(text => new Text(text)), new Markup(verdict)]);
}
