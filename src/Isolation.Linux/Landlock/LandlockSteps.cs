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

        // The kernel refuses rights of folders on a file, so it is found out which one it is.
        long place = b.Reserve(8);
        long path = b.AddText(rule.Path);
        Label failed = b.NewLabel(), done = b.NewLabel(), isNoFolder = b.NewLabel();
        b.Branch(Calls.Openat, [Kernel.AtFdcwd, path, Kernel.OPath | Kernel.OCloexec | Kernel.ODirectory], place, Label.Next, Label.Next, failed);
        Allow(rule, ofFolder, place);
        b.Jump(done);
        b.Mark(failed);
        Label other = b.NewLabel();
        b.Compare(Value.Word(place), -Errno.ENOTDIR, other, ofFile == 0 ? other : isNoFolder, other);
        if (ofFile != 0)
        {
            b.Mark(isNoFolder);
            b.Branch(Calls.Openat, [Kernel.AtFdcwd, path, Kernel.OPath | Kernel.OCloexec], place, Label.Next, Label.Next, other);
            Allow(rule, ofFile, place);
            b.Jump(done);
        }

        b.Mark(other);
        if (rule.Requirement == Requirement.Prefer)
        {
            Label notMissing = b.NewLabel(), fails = b.NewLabel();
            b.Compare(Value.Word(place), -Errno.ENOENT, notMissing, done, notMissing);
            b.Mark(notMissing);
            b.Compare(Value.Word(place), -Errno.ENOTDIR, fails, done, fails);
            b.Mark(fails);
        }

        b.Step($"allow {rule.Access} with Landlock on", rule.Path, Node.Load32, place, kind: StepKind.LandlockPath);
        b.Mark(done);
    }

    private void Allow(LandlockFileRule rule, LandlockFileAccess access, long place)
    {
        // struct landlock_path_beneath_attr is packed: 64 bits of rights, 32 of a descriptor, no padding.
        long attributes = b.AddWord((long)access);
        long descriptor = b.Reserve(8);
        b.Branch(Node.Load32, [place], descriptor, Label.Next, Label.Next, Label.Next);
        b.Step(
            $"allow {rule.Access} with Landlock on", rule.Path, Calls.LandlockAddRule, Value.Word(_ruleset), Kernel.LandlockRulePathBeneath, attributes, 0,
            kind: StepKind.Landlock);
        b.Try(Calls.Close, Value.Word(place));
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
