namespace CodeJudge.Checking;

/// <summary>Provides the checkers by the names that problem.json uses.</summary>
internal static class Checkers
{
    public static IChecker Find(string name) => name switch
    {
        "tokens" => new TokenChecker(),
        "numbers" => new NumberChecker(),
        "pair" => new PairChecker(),
        "queens" => new QueensChecker(),
        _ => throw new InvalidDataException($"The checker '{name}' does not exist."),
    };
}
