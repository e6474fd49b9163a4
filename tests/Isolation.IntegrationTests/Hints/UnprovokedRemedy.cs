using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.IntegrationTests.Hints;

/// <summary>A remedy whose situation a test cannot bring about.</summary>
/// <param name="Kind">The kind of the step that fails.</param>
/// <param name="Error">The error it fails with.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Words">A part of the remedy.</param>
internal sealed record UnprovokedRemedy(StepKind Kind, int Error, string Reason, string Words)
{
    public override string ToString() => $"{Kind} {ErrnoText.Name(Error)}: {Reason}";
}
