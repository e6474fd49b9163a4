using System.Collections.Immutable;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Landlock;

/// <summary>Restricts commands with the ruleset that the set-up created.</summary>
/// <remarks>
/// Init keeps the ruleset's descriptor, so that an earlier command cannot change the files to which the paths of the
/// rules lead, and a launch needs only one call. In the descriptors after it, init keeps the paths of the rules open,
/// in order: a command that has a host file as a stream gets its own ruleset with the same rules and one for the file.
/// </remarks>
/// <param name="Descriptor">The word that holds the ruleset's descriptor while the set-up program is in memory.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Plan">The part of the policy that is enforced.</param>
/// <param name="KeptDescriptor">
/// The descriptor of the ruleset that init keeps for later commands: the lowest one that programs may use otherwise.
/// </param>
/// <param name="Kept">The rules whose paths are kept open; default if there are too many.</param>
internal sealed record LandlockRestriction(
    long Descriptor, LandlockPolicy Policy, LandlockPlan Plan, int KeptDescriptor, ImmutableArray<KeptRule> Kept)
{
    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Gets the number of descriptors that init keeps.</summary>
    internal int KeptCount => 1 + (Kept.IsDefault ? 0 : Kept.Length);

    /// <summary>
    /// Restricts the process that executes the program, irrevocably. The remaining steps of a command's program up to
    /// execve(2) use nothing that Landlock restricts.
    /// </summary>
    /// <param name="b">The command's program, in the child.</param>
    /// <param name="withSetup">Whether the set-up program runs immediately before, in the same memory.</param>
    /// <param name="privileges">
    /// Whether the command may gain privileges. In that case the kernel requires CAP_SYS_ADMIN, which the child still
    /// has here.
    /// </param>
    /// <param name="streams">The streams that the command may reopen.</param>
    internal void Apply(ProgramBuilder b, bool withSetup, NewPrivileges privileges, ReadOnlySpan<StreamAccess> streams)
    {
        if (privileges == NewPrivileges.Forbidden)
        {
            b.Step("forbid new privileges", null, Calls.Prctl, Kernel.PrSetNoNewPrivs, 1, 0, 0, 0);
        }

        Value ruleset = withSetup ? Value.Word(Descriptor) : KeptDescriptor;
        if (!streams.IsEmpty && (withSetup || !Kept.IsDefault))
        {
            // The ruleset may be modified only if the sandbox ends with this command.
            ruleset = withSetup ? ruleset : MakeAgain(b);
            Allow(b, ruleset, streams);
        }

        b.Step("restrict the command with Landlock", null, Calls.LandlockRestrictSelf, ruleset, (int)Plan.Logging,
            kind: StepKind.Landlock);
    }

    /// <summary>
    /// Adds rules for streams. If a rule cannot be added, as for a pipe, which needs none, the command only gets fewer
    /// rights.
    /// </summary>
    private void Allow(ProgramBuilder b, Value ruleset, ReadOnlySpan<StreamAccess> streams)
    {
        foreach (StreamAccess stream in streams)
        {
            if ((stream.Access & Plan.Files) is not 0 and LandlockFileAccess access)
            {
                long attributes = b.AddWord((long)access);
                long place = b.Reserve(8);
                b.Try(Node.Load32, InitProgram.Current.DescriptorAddress(stream.Position), result: place);
                b.Try(Calls.LandlockAddRule, ruleset, Kernel.LandlockRulePathBeneath, attributes, 0);
            }
        }
    }

    /// <summary>
    /// Creates a copy of the ruleset. The set-up has added the same rules successfully, and a missing rule only denies
    /// more.
    /// </summary>
    private Value MakeAgain(ProgramBuilder b)
    {
        long ruleset = b.Reserve(8);
        LandlockSteps.Create(b, Plan, ruleset);
        for (int i = 0; i < Kept.Length; i++)
        {
            KeptRule rule = Kept[i];
            long attributes = b.AddWord((long)rule.OfDirectory);
            b.AddWord(KeptDescriptor + 1 + i);
            Label added = b.NewLabel();
            b.Branch(Calls.LandlockAddRule, [Value.Word(ruleset), Kernel.LandlockRulePathBeneath, attributes, 0], 0,
                added, added, Label.Next);
            b.Store(attributes, (long)rule.OfFile);
            b.Try(Calls.LandlockAddRule, Value.Word(ruleset), Kernel.LandlockRulePathBeneath, attributes, 0);
            b.Mark(added);
        }

        LandlockSteps.AddPortRules(b, Policy, Plan, ruleset);
        return Value.Word(ruleset);
    }
}
