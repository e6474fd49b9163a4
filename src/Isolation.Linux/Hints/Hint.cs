using Isolation.Linux.Steps;

namespace Isolation.Linux.Hints;

/// <summary>Represents the remedy for a step of one kind that fails with one error.</summary>
/// <param name="Kind">The kind of the step.</param>
/// <param name="Error">The error number.</param>
/// <param name="Text">Creates the text from the target of the step.</param>
internal sealed record Hint(StepKind Kind, int Error, Func<string, string> Text)
{
    /// <summary>Initializes a remedy that does not depend on the target.</summary>
    internal Hint(StepKind kind, int error, string text)
        : this(kind, error, _ => text)
    {
    }
}
