using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Landlock;

/// <summary>
/// How a command takes on the ruleset that the set-up has made: init keeps its descriptor, so that an earlier command
/// cannot change what the paths of the rules lead to, and a launch costs one call.
/// </summary>
/// <param name="Descriptor">The word that holds the descriptor while the set-up's program is in memory.</param>
/// <param name="Flags">What is logged.</param>
internal sealed record LandlockRestriction(long Descriptor, LandlockLogging Flags)
{
    /// <summary>Where init keeps the ruleset for commands that come later: the lowest number that a program may use otherwise.</summary>
    internal const int KeptDescriptor = InitProgram.FirstFreeDescriptor;

    /// <summary>
    /// Restricts the process that walks the program, which cannot be undone. Nothing that a command's program does
    /// between this and execve(2) is anything that Landlock asks about.
    /// </summary>
    /// <param name="b">The command's program, in the child.</param>
    /// <param name="withSetup">Whether the set-up's program runs right before, in the same memory.</param>
    /// <param name="privileges">Whether the command may gain any; then the kernel wants CAP_SYS_ADMIN, which the child still has here.</param>
    internal void Apply(ProgramBuilder b, bool withSetup, NewPrivileges privileges)
    {
        SystemCallTable calls = SystemCallTable.Current;
        if (privileges == NewPrivileges.Forbidden)
        {
            b.Step("forbid new privileges", null, calls.Prctl, Kernel.PrSetNoNewPrivs, 1, 0, 0, 0);
        }

        b.Step(
            "restrict the command with Landlock", null, calls.LandlockRestrictSelf, withSetup ? Value.Word(Descriptor) : KeptDescriptor, (int)Flags,
            kind: StepKind.Landlock);
    }
}
