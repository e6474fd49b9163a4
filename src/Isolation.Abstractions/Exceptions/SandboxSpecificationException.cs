using System.Collections.Immutable;

namespace Isolation;

/// <summary>A specification or command that contradicts itself or holds a value out of range. Lists every mistake at once.</summary>
public sealed class SandboxSpecificationException : ArgumentException
{
    private const int MaximumLineLength = 16 << 10;

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
            ? Line(mistakes[0])
            : $"{mistakes.Length} mistakes:{string.Concat(mistakes.Select(mistake => $"{Environment.NewLine}- {Line(mistake)}"))}";

    /// <summary>A host that passes on a name from a payload gets it refused here, and logs the refusal.</summary>
    private static string Line(SpecificationMistake mistake) => UntrustedText.Escape($"{mistake.Member}: {mistake.Message}", MaximumLineLength);
}
