using System.Globalization;
using System.Text;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Errors;
using Isolation.Linux.Hints;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Commands;

/// <summary>
/// Explains why a command did not start. Its process joins the cgroups first, so the memory limit applies to all steps
/// before the program runs, and the kernel reports the limit as an error of the current step.
/// </summary>
internal static class StartFailure
{
    /// <summary>The size, in bytes, below which the kernel accepts arguments and environment, see execve(2).</summary>
    private const int NeverTooLong = 128 << 10;

    internal static SandboxException Explain(
        ProgramStep step, int error, SandboxCommand command, CommandCgroup? group, long? memoryLimit)
    {
        if (memoryLimit is not { } limit || group is null || !MayBeMemory(step, error, command)
            || !group.HasReachedMemoryLimit())
        {
            // No step makes a call that fails with ESRCH: init's program has it for a process that was killed.
            return error == Errno.ESRCH ? SandboxErrors.Refuse(step, error) : SandboxErrors.Create(step, error);
        }

        string bytes = limit.ToString(CultureInfo.InvariantCulture);
        return SandboxErrors.Create(
            step with { Kind = StepKind.MemoryLimit }, error,
            ErrorHints.Find(StepKind.MemoryLimit, bytes, Errno.ENOMEM));
    }

    /// <summary>
    /// Returns whether lack of memory may be the cause. execve(2) copies the arguments: it fails with E2BIG if there is
    /// no memory for the copy, and with EFAULT if the arguments cannot be read.
    /// </summary>
    private static bool MayBeMemory(ProgramStep step, int error, SandboxCommand command) =>
        error is Errno.ENOMEM or Errno.EFAULT
        || (error == Errno.E2BIG && step.Kind == StepKind.Execute && LengthOf(command) < NeverTooLong);

    private static long LengthOf(SandboxCommand command)
    {
        const int Pointer = 8, End = 1;
        long length = Size(command.Program) + Size(command.ProgramName ?? command.Program);
        foreach (string argument in command.Arguments.AsSpan())
        {
            length += Size(argument);
        }

        foreach ((string name, string value) in command.Environment)
        {
            length += Size(name) + Size(value);
        }

        return length;

        static long Size(string text) => Encoding.UTF8.GetByteCount(text) + End + Pointer;
    }
}
