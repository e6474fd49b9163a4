namespace CodeJudge.Catalogue;

/// <summary>What <c>problem.json</c> says.</summary>
internal sealed record ProblemFile
{
    public required string Title { get; init; }

    /// <summary>Where it stands on the page; those with the same number by their ids.</summary>
    public int Order { get; init; }

    /// <summary>In seconds.</summary>
    public double TimeLimit { get; init; } = 1;

    /// <summary>In MiB.</summary>
    public int MemoryLimit { get; init; } = 64;

    public string? Checker { get; init; }

    /// <summary>The name of a file in the problem's directory.</summary>
    public string? Interactor { get; init; }

    public int Examples { get; init; } = 1;
}
