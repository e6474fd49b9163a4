using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Identity;
using Isolation.Linux.Init;
using Isolation.Linux.Landlock;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Plans;

/// <summary>
/// What a specification comes to on this host: everything that is the same for each sandbox made of it, so that it is
/// worked out once.
/// </summary>
internal sealed record CompiledSetup
{
    private ImmutableArray<string> _stepNames;

    internal required LaunchPlan Plan { get; init; }

    /// <summary>Null where there is no new user namespace.</summary>
    internal required ResolvedIdMap? IdMap { get; init; }

    /// <summary>What the host opens, in the order in which init expects the descriptors.</summary>
    internal required ImmutableArray<HostSource> Sources { get; init; }

    /// <summary>The program that ends by telling that the sandbox is ready.</summary>
    internal required byte[] Program { get; init; }

    /// <summary>The same without its end, for a command's program to follow.</summary>
    internal required byte[] ProgramBeforeCommand { get; init; }

    internal required ImmutableArray<ProgramStep> Steps { get; init; }

    /// <summary>How many pairs of words about skipped entries the ready message has.</summary>
    internal required int SkippableSteps { get; init; }

    /// <summary>What each skippable entry is about.</summary>
    internal required ImmutableArray<object> Skippable { get; init; }

    /// <summary>Entries that were left out before anything was tried.</summary>
    internal required ImmutableArray<MountEntry> Missing { get; init; }

    /// <summary>What the processes are kept from besides, in words, if nothing of it is skipped.</summary>
    internal required ImmutableArray<string> Hardening { get; init; }

    /// <summary>Whether it holds for later sandboxes too: all of the host's directories were there.</summary>
    internal required bool IsReusable { get; init; }

    /// <summary>What was left out before anything was tried, because the host is known not to have it.</summary>
    internal required ImmutableArray<NotApplied> LeftOut { get; init; }

    /// <summary>Whether all of the sandbox's processes are in a PID namespace that ends with init.</summary>
    internal required bool OwnsProcesses { get; init; }

    /// <summary>Whether setgroups(2) may be denied inside by a user namespace that somebody else made.</summary>
    internal required bool MayDenySetgroups { get; init; }

    /// <summary>The steps in words, each once.</summary>
    internal ImmutableArray<string> StepNames => _stepNames.IsDefault
        ? _stepNames = [.. Steps.Select(step => step.ToString()).Distinct()]
        : _stepNames;

    /// <summary>For tests that make a step fail: changes a command's program before it is sent.</summary>
    internal Action<ProgramBuilder>? ChangeProgram { get; init; }

    /// <summary>The control groups of each sandbox; null where there are no limits.</summary>
    internal CgroupPlan? Cgroups { get; init; }

    /// <summary>What Landlock restricts each command to; null where nothing.</summary>
    internal LandlockRestriction? Landlock { get; init; }

    /// <summary>What is left of the policy for Landlock on this kernel; null where there is none.</summary>
    internal LandlockPlan? LandlockPlan { get; init; }

    /// <summary>What is in force if nothing is skipped, once it was asked for.</summary>
    internal EffectivePolicy? Policy { get; set; }

    /// <summary>Descriptors of init from here on belong to the program that runs, once the set-up is done.</summary>
    internal int FirstFreeDescriptor => InitProgram.FirstFreeDescriptor + (Landlock?.KeptCount ?? 0);

    /// <summary>
    /// Whether init ends all of its descendants before it ends itself, though it has no PID namespace of its own.
    /// </summary>
    internal bool InitEndsAll { get; init; }

    /// <summary>Which system calls a command may make that names no filter of its own; null for all.</summary>
    internal CompiledFilter? Filter { get; init; }

    /// <summary>The same as it was said.</summary>
    internal required SystemCallFilter SystemCalls { get; init; }

    /// <summary>Whether setgroups(2) is denied inside.</summary>
    internal bool DeniesSetgroups => IdMap is { DeniesSetgroups: true };
}
