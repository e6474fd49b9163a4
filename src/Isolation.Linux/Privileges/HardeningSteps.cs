using System.Globalization;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Privileges;

/// <summary>Adds the hardening that init applies once and every command inherits.</summary>
internal sealed class HardeningSteps(PlanningContext context)
{
    private const string Bounds = "/proc/sys/user";

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Gets descriptions of the measures, which are in force unless init skips them.</summary>
    internal List<string> Measures { get; } = [];

    /// <summary>Adds the measures that apply to init itself.</summary>
    internal void Add()
    {
        ProcessHardening hardening = context.Specification.Hardening;
        ProgramBuilder b = context.Builder;

        // The application may have been started without address randomization or with another personality.
        b.Step("take the personality of", "Linux", Calls.Personality, Kernel.PerLinux);
        if (hardening.OutOfMemoryScore is { } score)
        {
            Measures.Add($"out-of-memory score {score}");
        }

        AddKeyring(hardening.SessionKeyring);
        if (hardening.DenyWriteExecute is { } denial)
        {
            Add(denial, "no memory that is both written and executed", () => b.Step(
                "deny memory that is both written and executed", null, Calls.Prctl, Kernel.PrSetMdwe,
                Kernel.PrMdweRefuseExecGain, 0, 0, 0, kind: StepKind.DenyWriteExecute));
        }

        AddSpeculation(SpeculationControls.StoreBypass, Kernel.PrSpecStoreBypass, Kernel.PrSpecForceDisable);
        AddSpeculation(
            SpeculationControls.IndirectBranch, Kernel.PrSpecIndirectBranch, Kernel.PrSpecForceDisable);
        AddSpeculation(SpeculationControls.FlushDataCache, Kernel.PrSpecL1dFlush, Kernel.PrSpecEnable);
        if (hardening.CoreScheduling is { } scheduling)
        {
            Add(scheduling, "a core-scheduling cookie of its own", () => b.Step(
                "take a core-scheduling cookie", null, Calls.Prctl, Kernel.PrSchedCore, Kernel.PrSchedCoreCreate, 0, 0,
                0, kind: StepKind.CoreScheduling));
        }
    }

    /// <summary>
    /// Bounds resources that the kernel counts per user namespace. Without bounds, usage inside a namespace also counts
    /// for the user who created the namespace, and could exhaust that user's limits. Only a process with
    /// CAP_SYS_RESOURCE in the namespace can change the bounds.
    /// </summary>
    internal void BoundNamespace()
    {
        if (!context.Makes(Namespaces.User))
        {
            return;
        }

        Add(Requirement.Prefer, "bounds of its own user namespace", () =>
        {
            ProgramBuilder b = context.Builder;
            long directory = b.Reserve(8);
            b.Step(
                "open", Bounds, Calls.Openat, Kernel.AtFdcwd, b.AddText(Bounds),
                Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec, 0, result: directory);
            foreach ((string name, int value) in FindBounds(context.Specification, context.Host.Files))
            {
                // The end of the setup closes the open descriptors.
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
    /// Finds the bounds to set. Each takes some 20 µs, because the kernel creates the file anew for each namespace, so
    /// bounds are omitted if the filter denies the system calls. Only inotify is always bounded, because filters of
    /// individual commands are likely to allow it.
    /// </summary>
    private static IEnumerable<(string Name, int Value)> FindBounds(
        SandboxSpecification specification, HostFiles files)
    {
        ProcessHardening hardening = specification.Hardening;
        yield return ("max_inotify_instances", hardening.FileWatchers);
        yield return ("max_inotify_watches", hardening.FileWatches);
        if (MayCall(specification.SystemCalls, "fanotify_init"))
        {
            // Since Linux 5.13; earlier kernels require CAP_SYS_ADMIN on the host.
            foreach ((string name, int value) in ((string, int)[])
                [("max_fanotify_groups", hardening.FileWatchers), ("max_fanotify_marks", hardening.FileWatches)])
            {
                if (files.IsFile($"{Bounds}/{name}"))
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

    /// <summary>Returns whether a filter may allow system calls that all named profiles deny.</summary>
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

    private void Add(Requirement requirement, string words, Action steps)
    {
        Measures.Add(words);
        context.Group(requirement, words, steps);
    }

    /// <summary>
    /// Adds the keyring before init takes its identity: keys count for the user who creates them, and root may have a
    /// million.
    /// </summary>
    private void AddKeyring(Requirement? requirement)
    {
        if (requirement is { } value)
        {
            Add(value, "a session keyring of its own", () => context.Builder.Step(
                "take a session keyring", null, Calls.Keyctl, Kernel.KeyctlJoinSessionKeyring, 0,
                kind: StepKind.Keyring));
        }
    }

    private void AddSpeculation(SpeculationControls control, int number, int setting)
    {
        ProcessHardening hardening = context.Specification.Hardening;
        if (hardening.Speculation.HasFlag(control))
        {
            Add(hardening.SpeculationRequirement, $"speculation: {control}", () => context.Builder.Step(
                "switch speculation off", control.ToString(), Calls.Prctl, Kernel.PrSetSpeculationCtrl, number, setting,
                0, 0, kind: StepKind.Speculation));
        }
    }
}
