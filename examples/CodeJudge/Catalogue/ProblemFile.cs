namespace CodeJudge.Catalogue;

/// <summary>Represents the content of <c>problem.json</c>.</summary>
internal sealed record ProblemFile
{
    public required string Title { get; init; }

    /// <summary>Gets the position on the page. Problems with equal positions are sorted by ID.</summary>
    public int Order { get; init; }

    /// <summary>Gets the CPU-time limit in seconds.</summary>
    public double TimeLimit { get; init; } = 1;

    /// <summary>Gets the memory limit in MiB.</summary>
    public int MemoryLimit { get; init; } = 64;

    public string? Checker { get; init; }

    /// <summary>Gets the name of the interactor's file in the problem's directory.</summary>
    public string? Interactor { get; init; }

    public int Examples { get; init; } = 1;
}
