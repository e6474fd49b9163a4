using System.Globalization;
using Isolation.Linux.Interop;
using Isolation.Linux.Plans;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Privileges;

/// <summary>What init takes on once, and every command inherits.</summary>
internal static class HardeningSteps
{
    // The kernel's sets have 64 bits, and it refuses those that it does not know.
    private const int CapabilityBits = 64;

    private const string Bounds = "/proc/sys/user";

    private static SystemCallTable Calls => SystemCallTable.Current;

    internal static void Add(SetupContext context)
    {
        ProcessHardening hardening = context.Specification.Hardening;
        ProgramBuilder b = context.Builder;

        // The host may have been started with addresses that are not randomised, or as another kind of system.
        b.Step("take the personality of", "Linux", Calls.Personality, Kernel.PerLinux);
        if (hardening.OutOfMemoryScore is { } score)
        {
            context.Hardening.Add($"out-of-memory score {score}");
        }

        AddKeyring(context, hardening.SessionKeyring);
        if (hardening.DenyWriteExecute is { } denial)
        {
            Add(context, denial, "no memory that is both written and executed", () => b.Step(
                "deny memory that is both written and executed", null, Calls.Prctl, Kernel.PrSetMdwe,
                Kernel.PrMdweRefuseExecGain, 0, 0, 0, kind: StepKind.DenyWriteExecute));
        }

        AddSpeculation(context, SpeculationControls.StoreBypass, Kernel.PrSpecStoreBypass, Kernel.PrSpecForceDisable);
        AddSpeculation(
            context, SpeculationControls.IndirectBranch, Kernel.PrSpecIndirectBranch, Kernel.PrSpecForceDisable);
        AddSpeculation(context, SpeculationControls.FlushDataCache, Kernel.PrSpecL1dFlush, Kernel.PrSpecEnable);
        if (hardening.CoreScheduling is { } scheduling)
        {
            Add(context, scheduling, "a core-scheduling cookie of its own", () => b.Step(
                "take a core-scheduling cookie", null, Calls.Prctl, Kernel.PrSchedCore, Kernel.PrSchedCoreCreate, 0, 0,
                0, kind: StepKind.CoreScheduling));
        }
    }

    /// <summary>
    /// Bounds what the kernel counts by user namespace. Whatever is taken in one counts for the user who made it as
    /// well, who would have nothing left otherwise. Only a process with CAP_SYS_RESOURCE in the namespace can change
    /// the bounds again.
    /// </summary>
    internal static void BoundNamespace(SetupContext context)
    {
        if (!context.Makes(Namespaces.User))
        {
            return;
        }

        Add(context, Requirement.Prefer, "bounds of its own user namespace", () =>
        {
            ProgramBuilder b = context.Builder;
            long directory = b.Reserve(8);
            b.Step(
                "open", Bounds, Calls.Openat, Kernel.AtFdcwd, b.AddText(Bounds),
                Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec, 0, result: directory);
            foreach ((string name, int value) in FindBounds(context.Specification))
            {
                // What stays open is closed when the set-up ends.
                long file = b.Reserve(8);
                string text = value.ToString(CultureInfo.InvariantCulture);
                b.Step(
                    "open", $"{Bounds}/{name}", Calls.Openat, Value.Word(directory), b.AddText(name),
                    Kernel.OWronly | Kernel.OCloexec, 0, result: file);
                b.Step(
                    $"write {text} to", $"{Bounds}/{name}",
                    Calls.Write, Value.Word(file), b.AddText(text), text.Length);
            }
        });
    }

    /// <summary>
    /// Each takes some 20 µs, since the kernel makes the file anew for each namespace. So those are left out for which
    /// there is no call. Only inotify is always bounded: commands under a filter of their own are likely to have it.
    /// </summary>
    private static IEnumerable<(string Name, int Value)> FindBounds(SandboxSpecification specification)
    {
        ProcessHardening hardening = specification.Hardening;
        yield return ("max_inotify_instances", hardening.FileWatchers);
        yield return ("max_inotify_watches", hardening.FileWatches);
        if (MayCall(specification.SystemCalls, "fanotify_init"))
        {
            // Since Linux 5.13; before, only a process with CAP_SYS_ADMIN on the host has any.
            foreach ((string name, int value) in ((string, int)[])
                [("max_fanotify_groups", hardening.FileWatchers), ("max_fanotify_marks", hardening.FileWatches)])
            {
                if (File.Exists($"{Bounds}/{name}"))
                {
                    yield return (name, value);
                }
            }
        }

        if (MayCall(specification.SystemCalls, "unshare", "clone", "clone3"))
        {
            foreach (string kind in (string[])["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"])
            {
                yield return ($"max_{kind}_namespaces", hardening.NestedNamespaces);
            }
        }
    }

    /// <summary>Whether a filter may allow calls that all named profiles refuse.</summary>
    private static bool MayCall(SystemCallFilter filter, params ReadOnlySpan<string> calls)
    {
        if (filter.Profile == SystemCallProfile.None)
        {
            return true;
        }

        foreach (SystemCallRule rule in filter.Rules.AsSpan())
        {
            foreach (string name in rule.Names.AsSpan())
            {
                if (calls.Contains(name))
                {
                    return true;
                }
            }
        }

        return filter.DefaultAction is not (null or { Kind: <= SystemCallActionKind.Errno });
    }

    /// <summary>Drops every capability from the bounding set but those that commands may have.</summary>
    internal static void DropBoundingSet(ProgramBuilder b, Capabilities kept)
    {
        if (kept != Capabilities.None)
        {
            DropFromBoundingSet(b, ~kept);
            return;
        }

        // By number, until the kernel knows no more.
        Label done = b.NewLabel(), drop = b.NewLabel();
        b.Mark(drop);
        long dropNode = b.Branch(Calls.Prctl, [Kernel.PrCapbsetDrop, 0], 0, Label.Next, Label.Next, done);
        long number = dropNode + Node.ArgumentOffset(1);
        b.Branch(Node.Subtract, [Value.Word(number), -1], number, drop, drop, drop);
        b.Mark(done);
    }

    /// <summary>
    /// Drops some capabilities from the bounding set; those that the kernel does not know are not in it.
    /// </summary>
    internal static void DropFromBoundingSet(ProgramBuilder b, Capabilities dropped)
    {
        for (int number = 0; number < CapabilityBits; number++)
        {
            if (((ulong)dropped & (1UL << number)) != 0)
            {
                b.Try(Calls.Prctl, Kernel.PrCapbsetDrop, number);
            }
        }
    }

    private static void Add(SetupContext context, Requirement requirement, string words, Action steps)
    {
        context.Hardening.Add(words);
        context.Group(requirement, words, steps);
    }

    /// <summary>
    /// Before init takes its identity: keys count for the user who makes them, and a root host may have a million.
    /// </summary>
    private static void AddKeyring(SetupContext context, Requirement? requirement)
    {
        if (requirement is { } value)
        {
            Add(context, value, "a session keyring of its own", () => context.Builder.Step(
                "take a session keyring", null, Calls.Keyctl, Kernel.KeyctlJoinSessionKeyring, 0,
                kind: StepKind.Keyring));
        }
    }

    private static void AddSpeculation(SetupContext context, SpeculationControls control, int number, int setting)
    {
        ProcessHardening hardening = context.Specification.Hardening;
        if (hardening.Speculation.HasFlag(control))
        {
            Add(context, hardening.SpeculationRequirement, $"speculation: {control}", () => context.Builder.Step(
                "switch speculation off", control.ToString(), Calls.Prctl, Kernel.PrSetSpeculationCtrl, number, setting,
                0, 0, kind: StepKind.Speculation));
        }
    }
}
