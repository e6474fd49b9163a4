using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Landlock;

/// <summary>The steps of the set-up that make a ruleset, after the root was entered and so with the sandbox's own paths.</summary>
internal sealed class LandlockSteps(ProgramBuilder b, LandlockPolicy policy, LandlockPlan plan)
{
    private readonly long _ruleset = b.Reserve(8);

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Adds the steps. Null: nothing is left to be enforced.</summary>
    internal static LandlockRestriction? Add(ProgramBuilder b, LandlockPolicy policy, LandlockPlan plan) =>
        plan.IsEmpty ? null : new LandlockSteps(b, policy, plan).Add();

    /// <summary>Moves the ruleset to where later commands expect it, at the end of a set-up that no command follows at once.</summary>
    internal static void Keep(ProgramBuilder b, LandlockRestriction restriction)
    {
        // By way of a copy: the ruleset may have that number already, and dup3 refuses equal ones.
        long copy = b.Reserve(8);
        b.Step("keep the Landlock ruleset", null, Calls.Fcntl, Value.Word(restriction.Descriptor), Kernel.FDupfdCloexec, LandlockRestriction.KeptDescriptor + 1, result: copy);
        b.Step("keep the Landlock ruleset", null, Calls.Dup3, Value.Word(copy), LandlockRestriction.KeptDescriptor, Kernel.OCloexec);
    }

    private LandlockRestriction Add()
    {
        // struct landlock_ruleset_attr; older kernels take a longer one if the rest is zero.
        long attributes = b.AddWord((long)plan.Files);
        b.AddWord((long)plan.Ports);
        b.AddWord((long)plan.Scopes);
        b.Step($"make a Landlock ruleset (ABI {plan.Abi})", null, Calls.LandlockCreateRuleset, attributes, 24, 0, result: _ruleset, kind: StepKind.Landlock);
        foreach (LandlockFileRule rule in policy.FileRules.AsSpan())
        {
            AddFileRule(rule);
        }

        foreach (LandlockPortRule rule in policy.PortRules.AsSpan())
        {
            AddPortRule(rule);
        }

        return new LandlockRestriction(_ruleset, plan.Logging);
    }

    private void AddFileRule(LandlockFileRule rule)
    {
        LandlockFileAccess ofFolder = rule.Access & plan.Files;
        LandlockFileAccess ofFile = ofFolder & LandlockPlan.OfFiles;
        if (ofFolder == 0)
        {
            return;
        }

        // struct landlock_path_beneath_attr is packed: 64 bits of rights, 32 of a descriptor, no padding; so the descriptor is
        // opened into it. A rule takes as few nodes as it can, because a launch pays for each page of its program.
        long attributes = b.AddWord((long)ofFolder);
        long place = b.Reserve(8);
        bool isForFoldersOnly = ofFile == 0;
        string action = $"allow {rule.Access} with Landlock on";
        Label failed = b.NewLabel(), close = b.NewLabel(), done = b.NewLabel();
        b.Branch(
            Calls.Openat, [Kernel.AtFdcwd, b.AddText(rule.Path), Kernel.OPath | Kernel.OCloexec | (isForFoldersOnly ? Kernel.ODirectory : 0)], place, Label.Next, Label.Next,
            failed);
        if (!isForFoldersOnly && ofFile != ofFolder)
        {
            // The kernel refuses rights of folders on what is none.
            b.Branch(Calls.LandlockAddRule, [Value.Word(_ruleset), Kernel.LandlockRulePathBeneath, attributes, 0], 0, Label.Next, close, Label.Next);
            b.Store(attributes, (long)ofFile);
        }

        b.Step(action, rule.Path, Calls.LandlockAddRule, Value.Word(_ruleset), Kernel.LandlockRulePathBeneath, attributes, 0, kind: StepKind.Landlock);
        b.Mark(close);
        b.Branch(Calls.Close, [Value.Word(place)], 0, done, done, done);
        b.Mark(failed);
        if (rule.Requirement == Requirement.Prefer)
        {
            Label notMissing = b.NewLabel(), fails = b.NewLabel();
            b.Compare(Value.Word(place), -Errno.ENOENT, notMissing, done, notMissing);
            b.Mark(notMissing);
            b.Compare(Value.Word(place), -Errno.ENOTDIR, fails, done, fails);
            b.Mark(fails);
        }

        b.Step(action, rule.Path, Node.Load32, place, kind: StepKind.LandlockPath);
        b.Mark(done);
    }

    private void AddPortRule(LandlockPortRule rule)
    {
        LandlockPortAccess access = rule.Access & plan.Ports;
        if (access != 0)
        {
            long attributes = b.AddWord((long)access);
            b.AddWord(rule.Port);
            b.Step(
                $"allow {access} with Landlock on port", rule.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), Calls.LandlockAddRule, Value.Word(_ruleset),
                Kernel.LandlockRuleNetPort, attributes, 0, kind: StepKind.Landlock);
        }
    }
}
