using Isolation.Linux.Steps;

namespace Isolation.Linux.Hints;

/// <summary>States what to do when one kind of step fails with one error.</summary>
/// <param name="Kind">The kind of the step.</param>
/// <param name="Error">The error number.</param>
/// <param name="Text">Makes the text from the step's target.</param>
internal sealed record Hint(StepKind Kind, int Error, Func<string, string> Text)
{
    /// <summary>A remedy that does not depend on the target.</summary>
    internal Hint(StepKind kind, int error, string text)
        : this(kind, error, _ => text)
    {
    }
}
