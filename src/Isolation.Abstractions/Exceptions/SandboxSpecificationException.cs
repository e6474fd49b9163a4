using System.Collections.Immutable;

namespace Isolation;

/// <summary>A specification or command that contradicts itself or holds a value out of range. Lists every mistake at once.</summary>
public sealed class SandboxSpecificationException : ArgumentException
{
    /// <summary>Mistakes that were found.</summary>
    public SandboxSpecificationException(ImmutableArray<SpecificationMistake> mistakes)
        : base(Describe(mistakes))
    {
        Mistakes = mistakes;
    }

    /// <summary>The mistakes, in the order of the specification.</summary>
    public ImmutableArray<SpecificationMistake> Mistakes { get; }

    private static string Describe(ImmutableArray<SpecificationMistake> mistakes) =>
        mistakes.Length == 1
            ? $"{mistakes[0].Member}: {mistakes[0].Message}"
            : $"{mistakes.Length} mistakes:{string.Concat(mistakes.Select(mistake => $"{Environment.NewLine}- {mistake.Member}: {mistake.Message}"))}";
}
