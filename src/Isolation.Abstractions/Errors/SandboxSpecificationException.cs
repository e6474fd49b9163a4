using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// A specification or command that contradicts itself or holds a value out of range. Lists every error at once.
/// </summary>
public sealed class SandboxSpecificationException : ArgumentException
{
    private const int MaximumLineLength = 16 << 10;

    /// <summary>Errors that were found.</summary>
    public SandboxSpecificationException(ImmutableArray<SpecificationError> errors)
        : base(Describe(errors))
    {
        Errors = errors;
    }

    /// <summary>The errors, in the order of the specification.</summary>
    public ImmutableArray<SpecificationError> Errors { get; }

    private static string Describe(ImmutableArray<SpecificationError> errors) =>
        errors.Length == 1
            ? Line(errors[0])
            : $"{errors.Length} "
                + $"errors:{string.Concat(errors.Select(error => $"{Environment.NewLine}- {Line(error)}"))}";

    /// <summary>A host that passes on a name from a payload gets it refused here, and logs the refusal.</summary>
    private static string Line(SpecificationError error) =>
        UntrustedText.Escape($"{error.Member}: {error.Message}", MaximumLineLength);
}
