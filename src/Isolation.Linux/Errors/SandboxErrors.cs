using Isolation.Linux.Hints;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Errors;

/// <summary>Creates exceptions from error numbers.</summary>
internal static class SandboxErrors
{
    /// <summary>Returns the result if it is not negative; otherwise throws.</summary>
    internal static long Check(long result, string action, string? target, StepKind kind = StepKind.Other) =>
        result >= 0 ? result : throw Create(new ProgramStep(action, target, kind), (int)-result);

    internal static SandboxException Create(string action, string? target, int error) =>
        Create(new ProgramStep(action, target), error);

    internal static SandboxException Create(ProgramStep step, int error) =>
        Create(step, error, ErrorHints.Find(step.Kind, step.Target, error));

    internal static SandboxException Create(ProgramStep step, int error, string? remedy) =>
        new(step.ToString(), step.Target, error, ErrnoText.Name(error), ErrnoText.Text(error), remedy)
        {
            Operation = step.Operation,
        };
}
