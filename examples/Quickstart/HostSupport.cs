using Isolation;
using Spectre.Console;

namespace Quickstart;

/// <summary>Shows the supported features of this host, and remedies for missing ones.</summary>
internal static class HostSupport
{
    public static void Show(ISandboxProvider provider)
    {
        Screen.Heading("Features of this host", "Determined without creating a sandbox.");
        Table table = Screen.Table("feature", "supported", "detail", "remedy");
        foreach (FeatureSupport feature in provider.Support.Features)
        {
            table.AddRow(
                new Text(feature.Feature.ToString()),
                new Markup(feature.IsSupported ? "[green]yes[/]" : "[yellow]no[/]"),
                Screen.Plain(feature.Detail),
                Screen.Plain(feature.Remedy ?? ""));
        }

        AnsiConsole.Write(table);
    }
}
