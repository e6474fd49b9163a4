using Isolation.Plugins;
using PluginHost.Contracts;
using Spectre.Console;

namespace PluginHost;

/// <summary>Runs the ordinary plug-ins, including those that fail.</summary>
internal static class OrdinaryPlugins
{
    public static async Task ShowAsync(PluginDirectory directory, Verdicts verdicts)
    {
        Screen.Heading("Ordinary plug-ins");
        AnsiConsole.MarkupLineInterpolated($"Found: {string.Join(", ", directory.Names)}.");
        Table table = Screen.Table("plug-in", "request", "result", "");
        await using (Plugin<ITextPlugin> statistics = await directory.StartAsync<ITextPlugin>("Statistics"))
        {
            string result = await WorkAsync(statistics);
            table.Row(
                verdicts.Note("Statistics works", result == ExpectedResult, "works"), "Statistics",
                "count words", result);
        }

        await using (Plugin<ITextPlugin> slow = await directory.StartAsync<ITextPlugin>("Slow"))
        {
            string result = await FailAsync(slow, TimeSpan.FromSeconds(1));
            table.Row(
                verdicts.Note(
                    "Slow exceeds its deadline", result.Contains("did not answer", StringComparison.Ordinal),
                    "timed out"), "Slow", "work within 1 s", result);
        }

        await using (Plugin<ITextPlugin> crashing = await directory.StartAsync<ITextPlugin>("Crashing", spares: 1))
        {
            string result = await FailAsync(crashing, null);
            table.Row(
                verdicts.Note(
                    "A crash is contained", result.Contains("SIGABRT", StringComparison.Ordinal), "contained"),
                "Crashing", "work", result);
            string again = await FailAsync(crashing, null);
            table.Row(
                verdicts.Note(
                    "Crashing is restarted", again.Contains("SIGABRT", StringComparison.Ordinal), "restarted"),
                "Crashing", "work once more", again);
        }

        AnsiConsole.Write(table);
    }

    public static async Task ShowThatItGoesOnAsync(PluginDirectory directory, Verdicts verdicts)
    {
        Screen.Heading("The application continues");
        await using Plugin<ITextPlugin> statistics = await directory.StartAsync<ITextPlugin>("Statistics");
        string result = await WorkAsync(statistics);
        verdicts.Note("Statistics still works", result == ExpectedResult, "works");
        AnsiConsole.MarkupLineInterpolated($"Statistics: {result}");
    }

    private static string ExpectedResult => "14 words: a 5x, is 3x, rose 3x";

    private static Task<string> WorkAsync(Plugin<ITextPlugin> plugin) =>
        plugin.CallAsync((text, token) => text.WorkAsync("poem", token));

    private static async Task<string> FailAsync(Plugin<ITextPlugin> plugin, TimeSpan? deadline)
    {
        try
        {
            return await plugin.CallAsync((text, token) => text.WorkAsync("poem", token), deadline);
        }
        catch (Exception exception) when (exception is PluginException or TimeoutException)
        {
            return exception.Message;
        }
    }
}
