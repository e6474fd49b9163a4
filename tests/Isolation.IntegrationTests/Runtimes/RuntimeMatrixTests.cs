using System.Globalization;
using System.Text;
using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Snippets;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Runtimes;

/// <summary>The presets run what people run; the table in docs/runtimes.md shows the results.</summary>
public sealed class RuntimeMatrixTests
{
    private const string Begin = "<!-- the results -->\n";
    private const string End = "<!-- the end of the results -->\n";

    private static IEnumerable<TestCaseData> Cells() =>
        from preset in RuntimePreset.All
        from program in RuntimeCases.All
        select new TestCaseData(preset.Name, program.Name);

    [TestCaseSource(nameof(Cells))]
    public async Task A_program_runs_where_the_table_says_so(string column, string row)
    {
        RuntimePreset preset = RuntimePreset.All.Single(preset => preset.Name == column);
        RuntimeCase program = RuntimeCases.All.Single(program => program.Name == row);
        Requires.That($"runtime:{program.Program}", File.Exists(program.Program), $"{program.Program} is needed");
        if (column != "Unprivileged")
        {
            Requires.UserNamespaces();
        }

        if (preset.Obstacles.GetValueOrDefault(row) == RuntimePreset.NoMemory)
        {
            Groups.Require();
        }

        using HostDirectory directory = new(HostDirectory.Private);

        SandboxResult result = await Guest.Provider.RunAsync(
            preset.Builder(directory.Path).Build(), preset.Command(program.Script, directory.Path));

        string[] lines = result.StandardOutput.Text.TrimEnd().Split('\n');
        Assert.That(
            lines[^1].Trim() == "ok", Is.EqualTo(!preset.Obstacles.ContainsKey(row)),
            $"{result.Outcome} {result.ExitCode} {result.Signal}\n{result.StandardOutput}\n{result.StandardError}");
    }

    [Test]
    public void The_table_shows_the_results()
    {
        string path = Path.Combine(DocumentTests.Root, "docs/runtimes.md");
        string text = File.ReadAllText(path);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = text.IndexOf(End, StringComparison.Ordinal);
        string table = Table();
        if (Environment.GetEnvironmentVariable("ISOLATION_UPDATE_DOCUMENTS") == "1")
        {
            File.WriteAllText(path, text[..begin] + table + text[end..]);
            return;
        }

        Assert.That(text[begin..end], Is.EqualTo(table));
    }

    private static string Table()
    {
        string[] reasons = [.. RuntimePreset.All.SelectMany(preset => preset.Obstacles.Values).Distinct()];
        StringBuilder table = new();
        IEnumerable<string> names = RuntimePreset.All.Select(preset => $"`{preset.Name}`");
        table.Append(CultureInfo.InvariantCulture, $"| | {string.Join(" | ", names)} |\n");
        table.Append("| --- |").AppendJoin("", names.Select(_ => " --- |")).Append('\n');
        foreach (RuntimeCase program in RuntimeCases.All)
        {
            IEnumerable<string> cells = RuntimePreset.All.Select(preset =>
                preset.Obstacles.TryGetValue(program.Name, out string? reason)
                    ? $"no ({Array.IndexOf(reasons, reason) + 1})"
                    : "yes");
            table.Append(CultureInfo.InvariantCulture, $"| {program.Name} | {string.Join(" | ", cells)} |\n");
        }

        table.Append('\n');
        for (int index = 0; index < reasons.Length; index++)
        {
            string reason = char.ToUpperInvariant(reasons[index][0]) + reasons[index][1..];
            table.Append(CultureInfo.InvariantCulture, $"{index + 1}. {reason}.\n");
        }

        return table.ToString();
    }
}
