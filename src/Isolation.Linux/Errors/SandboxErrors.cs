using Isolation.Linux.Hints;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Errors;

/// <summary>Creates exceptions from error numbers.</summary>
internal static class SandboxErrors
{
    /// <summary>Returns the result if it is not negative; otherwise throws.</summary>
    internal static long Check(long result, string action, string? target, StepKind kind = StepKind.Other) =>
        Check(result, new ProgramStep(action, target, kind));

    internal static long Check(long result, ProgramStep step) =>
        result >= 0 ? result : throw Create(step, (int)-result);

    internal static SandboxException Create(string action, string? target, int error) =>
        Create(new ProgramStep(action, target), error);

    internal static SandboxException Create(ProgramStep step, int error) =>
        Create(step, error, ErrorHints.Find(step.Kind, step.Target, error));

    internal static SandboxException Create(ProgramStep step, int error, string? remedy) =>
        Create(step, error, ErrnoText.Text(error), remedy);

    internal static SandboxException Create(ProgramStep step, int error, string reason, string? remedy) =>
        new(step.ToString(), step.Target, error, ErrnoText.Name(error), reason, remedy) { Operation = step.Operation };

    /// <summary>Creates the exception for a step that failed without a system call that reported an error.</summary>
    /// <param name="step">The step.</param>
    /// <param name="nearest">The error number whose name describes the failure best.</param>
    internal static SandboxException Refuse(ProgramStep step, int nearest) =>
        Refuse(step, nearest, ErrnoText.Text(nearest), ErrorHints.Find(step.Kind, step.Target, nearest));

    internal static SandboxException Refuse(ProgramStep step, int nearest, string reason, string? remedy) =>
        new(step.ToString(), step.Target, 0, ErrnoText.Name(nearest), reason, remedy) { Operation = step.Operation };
}
