using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// The exception that is thrown when a specification or command contradicts itself or contains a value out of range. It
/// lists all errors.
/// </summary>
public sealed class SandboxSpecificationException : ArgumentException
{
    private const int MaximumLineLength = 16 << 10;

    /// <summary>
    /// Initializes a new instance of the <see cref="SandboxSpecificationException"/> class with the errors that were
    /// found.
    /// </summary>
    /// <param name="errors">The errors.</param>
    public SandboxSpecificationException(ImmutableArray<SpecificationError> errors)
        : base(Describe(errors))
    {
        Errors = errors;
    }

    /// <summary>Gets the errors in the order of the specification.</summary>
    public ImmutableArray<SpecificationError> Errors { get; }

    private static string Describe(ImmutableArray<SpecificationError> errors) =>
        errors.Length == 1
            ? Line(errors[0])
            : $"{errors.Length} "
                + $"errors:{string.Concat(errors.Select(error => $"{Environment.NewLine}- {Line(error)}"))}";

    /// <summary>
    /// Formats an error. The text is escaped because it may contain names from a payload and is likely to be logged.
    /// </summary>
    private static string Line(SpecificationError error) =>
        UntrustedText.Escape($"{error.Member}: {error.Message}", MaximumLineLength);
}
