namespace Isolation.Linux.Steps;

/// <summary>Describes a checked step in words, such as <c>mount proc on</c> and <c>/proc</c>.</summary>
internal readonly record struct ProgramStep(string Action, string? Target, StepKind Kind = StepKind.Other)
{
    public override string ToString() => Target is null ? Action : $"{Action} {Target}";
}
