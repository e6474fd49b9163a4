using System.Globalization;
using System.Text;

namespace Isolation.Escapes.Harness;

/// <summary>Writes a table of all attacks and tiers.</summary>
internal static class Scoreboard
{
    internal const string Begin = "<!-- The scoreboard begins. -->";
    internal const string End = "<!-- The scoreboard ends. -->";

    internal static async Task<IReadOnlyList<ScoreboardRow>> PlayAsync(
        Func<Attack, bool> isWanted, Action<ScoreboardRow>? told = null)
    {
        List<ScoreboardRow> rows = [];
        foreach (Attack attack in Catalogue.All.Where(isWanted))
        {
            Finding bare = await Trial.BareAsync(attack).ConfigureAwait(false);
            List<Finding> inside = [];
            foreach (Tier tier in Tiers.All)
            {
                inside.Add(await Trial.InsideAsync(attack, tier).ConfigureAwait(false));
            }

            ScoreboardRow row = new(attack, bare, inside);
            told?.Invoke(row);
            rows.Add(row);
        }

        return rows;
    }

    internal static string Markdown(IEnumerable<ScoreboardRow> rows)
    {
        StringBuilder text = new();
        text.Append("| class | attack | on the host |").AppendJoin("", Tiers.All.Select(tier => $" {tier.Name} |"))
            .Append('\n');
        text.Append("| --- | --- | --- |").AppendJoin("", Tiers.All.Select(_ => " --- |")).Append('\n');
        foreach (ScoreboardRow row in rows)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"| {row.Attack.Number} | {row.Attack.Title} | {Bare(row.Bare)} |");
            text.AppendJoin("", row.Inside.Select((finding, i) => $" {Inside(row.Attack, Tiers.All[i], finding)} |"))
                .Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Writes the table between the marks of a document.</summary>
    internal static void WriteTo(string document, IEnumerable<ScoreboardRow> rows)
    {
        string text = File.ReadAllText(document);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = text.IndexOf(End, StringComparison.Ordinal);
        File.WriteAllText(document, $"{text[..begin]}\n\n{Markdown(rows)}\n{text[end..]}");
    }

    internal static string Lines(ScoreboardRow row)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{row.Attack}\n    {"on the host",-14} {Bare(row.Bare)}");
        for (int i = 0; i < row.Inside.Count; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n    {Tiers.All[i].Name,-14} {Inside(row.Attack, Tiers.All[i], row.Inside[i])}");
        }

        return text.ToString();
    }

    internal static string Bare(Finding finding) => finding.Outcome switch
    {
        Outcome.Succeeded => "succeeds",
        Outcome.Void => $"void ({finding.Detail})",
        _ => $"**{finding.Outcome}** ({finding.Detail})",
    };

    internal static string Inside(Attack attack, Tier tier, Finding finding) => finding.Outcome switch
    {
        Outcome.Held when attack.Open(tier) is not null => $"**held ({finding.Detail}), although documented as open**",
        Outcome.Held => $"held ({finding.Detail})",
        Outcome.Void => $"void ({finding.Detail})",
        Outcome.Succeeded when attack.Open(tier) is { } why => $"open: {why}",
        Outcome.Succeeded => $"**broken** ({finding.Detail})",
        _ => $"**{finding.Outcome}** ({finding.Detail})",
    };
}
