using System.Collections.Immutable;
using Isolation.Linux.Cgroups;
using Isolation.Linux.Identity;
using Isolation.Linux.Init;
using Isolation.Linux.Landlock;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Plans;

/// <summary>
/// Represents a specification compiled for this host: everything that is the same for each sandbox of the
/// specification.
/// </summary>
internal sealed record SandboxPlan
{
    private ImmutableArray<string> _stepNames;

    /// <summary>Gets the parts, which prepare and report each sandbox; empty if it is set up already.</summary>
    internal required ImmutableArray<SandboxPart> Parts { get; init; }

    internal required LaunchPlan Launch { get; init; }

    /// <summary>Gets the id map; null without a new user namespace.</summary>
    internal required ResolvedIdMap? IdMap { get; init; }

    /// <summary>
    /// Gets the sources that the application opens, in the order in which init expects the descriptors.
    /// </summary>
    internal required ImmutableArray<HostSource> Sources { get; init; }

    /// <summary>Gets the program that ends by reporting that the sandbox is ready.</summary>
    internal required byte[] Program { get; init; }

    /// <summary>Gets the same program without its end, for use in front of a command's program.</summary>
    internal required byte[] ProgramBeforeCommand { get; init; }

    internal required ImmutableArray<ProgramStep> Steps { get; init; }

    /// <summary>Gets the number of pairs of words about skipped entries in the ready message.</summary>
    internal required int SkippableSteps { get; init; }

    /// <summary>Gets the subject of each skippable entry.</summary>
    internal required ImmutableArray<object> Skippable { get; init; }

    /// <summary>Gets whether later sandboxes can reuse the setup because all directories of the host existed.</summary>
    internal required bool IsReusable { get; init; }

    /// <summary>Gets the features that were omitted in advance because the host does not support them.</summary>
    internal required ImmutableArray<NotApplied> LeftOut { get; init; }

    /// <summary>Gets whether all processes of the sandbox are in a PID namespace that ends with init.</summary>
    internal required bool OwnsProcesses { get; init; }

    /// <summary>Gets whether a user namespace created by another process may deny setgroups(2).</summary>
    internal required bool MayDenySetgroups { get; init; }

    /// <summary>Gets the descriptions of the steps, without duplicates.</summary>
    internal ImmutableArray<string> StepNames => _stepNames.IsDefault
        ? _stepNames = [.. Steps.Select(step => step.ToString()).Distinct()]
        : _stepNames;

    /// <summary>Gets a change to a command's program before it is sent, for tests that make a step fail.</summary>
    internal Action<ProgramBuilder>? ChangeProgram { get; init; }

    /// <summary>Gets the limits of each sandbox; null without limits, or if the sandbox is set up already.</summary>
    internal CgroupPart? Cgroups { get; init; }

    /// <summary>Gets the Landlock restriction of each command; null without one.</summary>
    internal LandlockRestriction? Landlock { get; init; }

    /// <summary>Gets the part of the Landlock policy that this kernel supports; null without one.</summary>
    internal LandlockPlan? LandlockPlan { get; init; }

    /// <summary>Gets or sets the cached policy in force if nothing is skipped.</summary>
    internal EffectivePolicy? Policy { get; set; }

    /// <summary>Gets the first descriptor of init that belongs to the running program after the setup.</summary>
    internal int FirstFreeDescriptor => InitProgram.FirstFreeDescriptor
        + (IsDetached ? DetachNodes.DescriptorCount : 0) + (Landlock?.KeptCount ?? 0);

    /// <summary>Gets whether commands see their cgroups, in a cgroup namespace of their own.</summary>
    internal bool MakesCgroupNamespace { get; init; }

    /// <summary>Gets whether the sandbox outlives its application.</summary>
    internal bool IsDetached { get; init; }

    /// <summary>
    /// Gets whether init ends all of its descendants before itself, without a PID namespace of its own.
    /// </summary>
    internal bool InitEndsAll { get; init; }

    /// <summary>Gets the filter for commands that specify none; null to allow all system calls.</summary>
    internal CompiledFilter? Filter { get; init; }

    /// <summary>Gets the filter as specified.</summary>
    internal required SystemCallFilter SystemCalls { get; init; }

    /// <summary>Gets whether setgroups(2) is denied inside the sandbox.</summary>
    internal bool DeniesSetgroups => IdMap is { DeniesSetgroups: true };
}
