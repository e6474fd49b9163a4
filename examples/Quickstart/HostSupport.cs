using Isolation;
using Spectre.Console;

namespace Quickstart;

/// <summary>What this host can do, and what to do about what it cannot.</summary>
internal static class HostSupport
{
    public static void Show(ISandboxProvider provider)
    {
        Screen.Heading("What this host can do", "Found without making a sandbox.");
        Table table = Screen.Table("feature", "", "found", "remedy");
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
