namespace CodeJudge.Checking;

/// <summary>The interactors by the names that problem.json uses.</summary>
internal static class Interactors
{
    public static IInteractor Find(string name) => name switch
    {
        "guess" => new GuessInteractor(),
        _ => throw new InvalidDataException($"There is no interactor '{name}'."),
    };
}
