using Isolation.Escapes.Fuzzing;
using Isolation.Escapes.Harness;

// Isolation.Escapes [--markdown] [WORDS...]: tries every attack whose title contains all words, without a defence and
// against every tier, and prints the outcomes. Exits with 1 if a tier does not withstand an attack that it should.
// Isolation.Escapes --write SECURITY.md: writes the outcomes into the document. Isolation.Escapes --fuzz: makes random
// calls against every tier; ISOLATION_FUZZ_SEED and ISOLATION_FUZZ_ROUNDS set the seed and the number of rounds.
if (args is [HostedSandbox.Verb, string tier, string directory, string program])
{
    await HostedSandbox.RunAsync(tier, directory, program);
    return 0;
}

if (args is [Nested.Verb])
{
    await Nested.RunAsync();
    return 0;
}

if (args is ["--fuzz", ..])
{
    foreach (Tier tried in Tiers.All)
    {
        int seed = Fuzz.Seed;
        string? harm = await Fuzz.RunAsync(tried, seed, Fuzz.Rounds);
        Console.WriteLine($"{tried.Name}: {harm ?? $"unharmed after {Fuzz.Rounds} rounds from seed {seed}"}");
    }

    return 0;
}

bool markdown = args.Contains("--markdown");
string[] words = args is ["--write", _] ? [] : [.. args.Where(argument => !argument.StartsWith('-'))];
IReadOnlyList<ScoreboardRow> rows = await Scoreboard.PlayAsync(
    attack => words.All(word => $"{attack}".Contains(word, StringComparison.OrdinalIgnoreCase)),
    markdown ? null : row => Console.WriteLine(Scoreboard.Lines(row)));
if (markdown)
{
    Console.Write(Scoreboard.Markdown(rows));
}
else if (args is ["--write", string document])
{
    Scoreboard.WriteTo(document, rows);
}

return rows.All(row => row.IsAsExpected) ? 0 : 1;
