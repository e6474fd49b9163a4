using System.Collections.Immutable;
using Isolation.Linux.Identity;
using Isolation.Linux.Init;
using Isolation.Linux.Landlock;
using Isolation.Linux.Plans;
using Isolation.Linux.Seccomp;

namespace Isolation.Linux.State;

/// <summary>Represents the decisions of a sandbox's set-up that apply to every command.</summary>
internal sealed record PlanState
{
    /// <summary>See <see cref="SandboxPlan.OwnsProcesses"/>.</summary>
    public required bool OwnsProcesses { get; init; }

    /// <summary>See <see cref="SandboxPlan.InitEndsAll"/>.</summary>
    public required bool InitEndsAll { get; init; }

    /// <summary>See <see cref="SandboxPlan.MayDenySetgroups"/>.</summary>
    public required bool MayDenySetgroups { get; init; }

    /// <summary>Gets the ranges of mapped user ids; default without a new user namespace.</summary>
    public ImmutableArray<IdRange> Users { get; init; }

    /// <summary>Gets the ranges of mapped group ids.</summary>
    public ImmutableArray<IdRange> Groups { get; init; }

    /// <summary>Gets whether setgroups(2) is denied.</summary>
    public bool DeniesSetgroups { get; init; }

    /// <summary>Gets the Landlock restriction of commands; null without one.</summary>
    public LandlockState? Landlock { get; init; }

    internal static PlanState Of(SandboxPlan plan) => new()
    {
        OwnsProcesses = plan.OwnsProcesses,
        InitEndsAll = plan.InitEndsAll,
        MayDenySetgroups = plan.MayDenySetgroups,
        Users = plan.IdMap?.Users ?? default,
        Groups = plan.IdMap?.Groups ?? default,
        DeniesSetgroups = plan.DeniesSetgroups,
        Landlock = plan.Landlock is { } restriction
            ? new LandlockState(
                restriction.Plan.Abi, restriction.Plan.Files, restriction.Plan.Ports, restriction.Plan.Scopes,
                restriction.Plan.Logging, restriction.KeptDescriptor,
                restriction.Kept.IsDefault ? default : [.. restriction.Kept.Select(
                    rule => new KeptRuleState(rule.OfDirectory, rule.OfFile))])
            : null,
    };

    /// <summary>Creates the plan for the commands of a sandbox that is set up already.</summary>
    internal SandboxPlan Restore(SandboxSpecification specification) => new()
    {
        Parts = [],
        Launch = new LaunchPlan(0, [], null),
        IdMap = Users.IsDefault
            ? null
            : new ResolvedIdMap(Users, Groups, DeniesSetgroups, NeedsHelpers: false),
        Sources = [],
        Program = [],
        ProgramBeforeCommand = [],
        Steps = [],
        SkippableSteps = 0,
        Skippable = [],
        LeftOut = [],
        Filter = FilterCache.Get(specification.SystemCalls),
        SystemCalls = specification.SystemCalls,
        OwnsProcesses = OwnsProcesses,
        MayDenySetgroups = MayDenySetgroups,
        InitEndsAll = InitEndsAll,
        IsReusable = false,
        IsDetached = true,
        LandlockPlan = Landlock?.Plan,
        Landlock = specification.Landlock is { } policy
            ? Landlock?.Restore(MountedRules.Complete(specification, policy))
            : null,
    };
}

/// <summary>Represents the Landlock restriction that init keeps for commands.</summary>
/// <param name="Abi">The version of the kernel's interface.</param>
/// <param name="Files">The restricted rights to files.</param>
/// <param name="Ports">The restricted rights to ports.</param>
/// <param name="Scopes">The scopes.</param>
/// <param name="Logging">The logging of refusals.</param>
/// <param name="KeptDescriptor">Init's descriptor of the ruleset.</param>
/// <param name="Kept">The rules whose paths init keeps open, in order; default if there are too many.</param>
internal sealed record LandlockState(
    int Abi, LandlockFileAccess Files, LandlockPortAccess Ports, LandlockScopes Scopes, LandlockLogging Logging,
    int KeptDescriptor, ImmutableArray<KeptRuleState> Kept)
{
    internal LandlockPlan Plan => new()
    {
        Abi = Abi,
        Files = Files,
        Ports = Ports,
        Scopes = Scopes,
        Logging = Logging,
    };

    internal LandlockRestriction Restore(LandlockPolicy policy) => new(
        0, policy, Plan, KeptDescriptor,
        Kept.IsDefault ? default : [.. Kept.Select(rule => new KeptRule(rule.OfDirectory, rule.OfFile))]);
}

/// <summary>Represents a rule whose path init keeps open.</summary>
/// <param name="OfDirectory">The rights granted if the path is a directory.</param>
/// <param name="OfFile">The rights granted if the path is anything else.</param>
internal sealed record KeptRuleState(LandlockFileAccess OfDirectory, LandlockFileAccess OfFile);
