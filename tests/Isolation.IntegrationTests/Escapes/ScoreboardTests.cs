using Isolation.Escapes.Harness;

namespace Isolation.IntegrationTests.Escapes;

/// <summary>
/// The scoreboard in SECURITY.md is of the attacks and tiers that there are, and tells of none that is broken.
/// </summary>
public sealed class ScoreboardTests
{
    private static string[][] Table { get; } = [.. Read()];

    [Test]
    public void It_has_every_tier() =>
        Assert.That(Table[0], Is.EqualTo(["class", "attack", "on the host", .. Tiers.All.Select(tier => tier.Name)]));

    [Test]
    public void It_has_every_attack() =>
        Assert.That(
            Table.Skip(2).Select(row => $"{row[0]} {row[1]}"),
            Is.EqualTo(Catalogue.All.Select(attack => $"{attack.Number} {attack.Title}")));

    [Test]
    public void It_tells_what_came_of_each_and_nothing_is_broken() =>
        Assert.That(Table.Skip(2).SelectMany(row => row.Skip(3)), Is.All.Match(@"^(held|open|void)\b"));

    private static IEnumerable<string[]> Read()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "SECURITY.md")))
        {
            directory = directory.Parent;
        }

        string text = File.ReadAllText(Path.Combine(directory.FullName, "SECURITY.md"));
        int begin = text.IndexOf(Scoreboard.Begin, StringComparison.Ordinal);
        int end = text.IndexOf(Scoreboard.End, StringComparison.Ordinal);
        return text[begin..end].Split('\n').Where(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));
    }
}
