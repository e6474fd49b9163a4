using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Landlock;

/// <summary>
/// Adds the set-up steps that create a ruleset. They run after the root has been entered, so paths are those of the
/// sandbox.
/// </summary>
internal sealed class LandlockSteps(ProgramBuilder b, LandlockPolicy policy, LandlockPlan plan, int keptDescriptor)
{
    /// <summary>The maximum number of rules whose paths init keeps open.</summary>
    private const int MostKept = 128;

    private readonly long _ruleset = b.Reserve(8);
    private readonly bool _keeps = policy.FileRules.Count(rule => (rule.Access & plan.Files) != 0) <= MostKept;
    private readonly List<KeptRule> _kept = [];

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Adds the steps; returns <see langword="null"/> if nothing can be enforced.</summary>
    internal static LandlockRestriction? Add(
        ProgramBuilder b, LandlockPolicy policy, LandlockPlan plan, int keptDescriptor) =>
        plan.IsEmpty ? null : new LandlockSteps(b, policy, plan, keptDescriptor).Add();

    private LandlockRestriction Add()
    {
        Create(b, plan, _ruleset);
        foreach (LandlockFileRule rule in policy.FileRules.AsSpan())
        {
            AddFileRule(rule);
        }

        AddPortRules(b, policy, plan, _ruleset);
        return new LandlockRestriction(_ruleset, policy, plan, keptDescriptor, _keeps ? [.. _kept] : default);
    }

    /// <summary>Adds the step that creates a ruleset without rules.</summary>
    internal static void Create(ProgramBuilder b, LandlockPlan plan, long ruleset)
    {
        // struct landlock_ruleset_attr; older kernels accept a longer one if the rest is zero.
        long attributes = b.AddWord((long)plan.Files);
        b.AddWord((long)plan.Ports);
        b.AddWord((long)plan.Scopes);
        b.Step($"make a Landlock ruleset (ABI {plan.Abi})", null, Calls.LandlockCreateRuleset, attributes, 24, 0,
            result: ruleset, kind: StepKind.Landlock);
    }

    /// <summary>Adds the rules for ports to a ruleset.</summary>
    internal static void AddPortRules(ProgramBuilder b, LandlockPolicy policy, LandlockPlan plan, long ruleset)
    {
        foreach (LandlockPortRule rule in policy.PortRules.AsSpan())
        {
            LandlockPortAccess access = rule.Access & plan.Ports;
            if (access != 0)
            {
                long attributes = b.AddWord((long)access);
                b.AddWord(rule.Port);
                b.Step(
                    $"allow {access} with Landlock on port", rule.Port.ToString(
                        System.Globalization.CultureInfo.InvariantCulture), Calls.LandlockAddRule,
                    Value.Word(ruleset), Kernel.LandlockRuleNetPort, attributes, 0, kind: StepKind.Landlock);
            }
        }
    }

    private void AddFileRule(LandlockFileRule rule)
    {
        LandlockFileAccess ofDirectory = rule.Access & plan.Files;
        LandlockFileAccess ofFile = ofDirectory & LandlockPlan.OfFiles;
        if (ofDirectory == 0)
        {
            return;
        }

        // struct landlock_path_beneath_attr is packed: 64 bits of rights, 32 bits of a descriptor, no padding; the
        // descriptor is therefore opened directly into the structure. Rules use as few nodes as possible, because each
        // page of the program slows down the launch.
        _kept.Add(new KeptRule(ofDirectory, ofFile));
        long attributes = b.AddWord((long)ofDirectory);
        long place = b.Reserve(8);
        bool isForDirectoriesOnly = ofFile == 0;
        string action = $"allow {rule.Access} with Landlock on";
        Label failed = b.NewLabel(), added = b.NewLabel(), missing = b.NewLabel(), done = b.NewLabel();
        b.Branch(
            Calls.Openat,
            [Kernel.AtFdcwd, b.AddText(rule.Path),
                Kernel.OPath | Kernel.OCloexec | (isForDirectoriesOnly ? Kernel.ODirectory : 0)], place,
            Label.Next, Label.Next,
            failed);
        if (!isForDirectoriesOnly && ofFile != ofDirectory)
        {
            // The kernel refuses directory rights on anything but a directory.
            b.Branch(Calls.LandlockAddRule, [Value.Word(_ruleset), Kernel.LandlockRulePathBeneath, attributes, 0], 0,
                Label.Next, added, Label.Next);
            b.Store(attributes, (long)ofFile);
        }

        b.Step(
            action, rule.Path, Calls.LandlockAddRule, Value.Word(_ruleset), Kernel.LandlockRulePathBeneath, attributes,
            0, zero: added, kind: StepKind.Landlock);
        b.Mark(failed);
        if (rule.Requirement == Requirement.Prefer)
        {
            b.JumpIfMissing(place, missing);
        }

        b.Step(action, rule.Path, Node.Load32, place, kind: StepKind.LandlockPath);
        b.Mark(missing);
        if (_keeps)
        {
            // Paths are identified by the order of their descriptors, so a missing path gets a descriptor as well, of a
            // kind for which no rule is possible.
            b.Try(Calls.Fcntl, Value.Word(_ruleset), Kernel.FDupfdCloexec, 0);
            b.Mark(added);
        }
        else
        {
            b.Jump(done);
            b.Mark(added);
            b.Try(Calls.Close, Value.Word(place));
            b.Mark(done);
        }
    }
}
