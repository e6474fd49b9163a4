using System.Collections.Immutable;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Landlock;

/// <summary>
/// How a command takes on the ruleset that the set-up has made: init keeps its descriptor, so that an earlier command
/// cannot change what the paths of the rules lead to, and a launch costs one call. Behind it init keeps the places of
/// the rules, in their order: a
/// command that gets a file of the host as a stream has a ruleset of its own, with the same rules and one for the file.
/// </summary>
/// <param name="Descriptor">
/// The word that holds the ruleset's descriptor while the set-up's program is in memory.
/// </param>
/// <param name="Policy">The policy.</param>
/// <param name="Plan">What of it is in force.</param>
/// <param name="Kept">The rules whose places are kept; default: there are too many.</param>
internal sealed record LandlockRestriction(
    long Descriptor, LandlockPolicy Policy, LandlockPlan Plan, ImmutableArray<KeptRule> Kept)
{
    /// <summary>
    /// Where init keeps the ruleset for commands that come later: the lowest number that a program may use otherwise.
    /// </summary>
    private const int KeptDescriptor = InitProgram.FirstFreeDescriptor;

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Gets how many descriptors init keeps.</summary>
    internal int KeptCount => 1 + (Kept.IsDefault ? 0 : Kept.Length);

    /// <summary>
    /// Restricts the process that walks the program, which cannot be undone. Nothing that a command's program does
    /// between this and execve(2) is anything that Landlock asks about.
    /// </summary>
    /// <param name="b">The command's program, in the child.</param>
    /// <param name="withSetup">Whether the set-up's program runs right before, in the same memory.</param>
    /// <param name="privileges">Whether the command may gain any; then the kernel wants CAP_SYS_ADMIN, which the child
    /// still has here.</param>
    /// <param name="streams">The streams that it may open again.</param>
    internal void Apply(ProgramBuilder b, bool withSetup, NewPrivileges privileges, ReadOnlySpan<StreamAccess> streams)
    {
        if (privileges == NewPrivileges.Forbidden)
        {
            b.Step("forbid new privileges", null, Calls.Prctl, Kernel.PrSetNoNewPrivs, 1, 0, 0, 0);
        }

        Value ruleset = withSetup ? Value.Word(Descriptor) : KeptDescriptor;
        if (!streams.IsEmpty && (withSetup || !Kept.IsDefault))
        {
            // What the set-up has made is for this command only where the sandbox ends with it.
            ruleset = withSetup ? ruleset : MakeAgain(b);
            Allow(b, ruleset, streams);
        }

        b.Step("restrict the command with Landlock", null, Calls.LandlockRestrictSelf, ruleset, (int)Plan.Logging,
            kind: StepKind.Landlock);
    }

    /// <summary>
    /// Adds rules for streams. Where one cannot be, as for a pipe, which needs none, the command can do no more than
    /// without.
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

    /// <summary>The set-up has added the same rules with success, and one that is not added allows less.</summary>
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
