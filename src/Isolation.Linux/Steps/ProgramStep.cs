namespace Isolation.Linux.Steps;

/// <summary>Describes a checked step in words, such as <c>mount proc on</c> and <c>/proc</c>.</summary>
internal readonly record struct ProgramStep(string Action, string? Target, StepKind Kind = StepKind.Other)
{
    /// <summary>Gets the number of the system call; 0 for a step that is not part of a program.</summary>
    internal long Call { get; init; }

    /// <summary>Gets the identifier of the kind, see <see cref="SandboxException.Operation"/>.</summary>
    internal string Operation => StepNames.Of(Kind);

    public override string ToString() => Target is null ? Action : $"{Action} {Target}";
}
