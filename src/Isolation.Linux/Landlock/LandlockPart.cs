using Isolation.Linux.Parts;

namespace Isolation.Linux.Landlock;

/// <summary>
/// Represents the Landlock policy: init creates the ruleset, and each command restricts itself with it.
/// </summary>
internal sealed class LandlockPart : SandboxPart
{
    private readonly PlanningContext _context;

    internal LandlockPart(PlanningContext context)
    {
        _context = context;
        Plan = context.Specification.Landlock is { } policy ? LandlockPlan.Make(policy, context.Host.Landlock) : null;
        context.LeftOut.AddRange(Plan?.NotApplied ?? []);
    }

    /// <summary>Gets the part of the policy that the kernel supports; null without a policy.</summary>
    internal LandlockPlan? Plan { get; }

    /// <summary>Gets whether there are steps to add.</summary>
    internal bool HasRules => Plan is { IsEmpty: false };

    /// <summary>Gets the restriction of each command; null before its steps have been added, or without one.</summary>
    internal LandlockRestriction? Restriction { get; private set; }

    /// <summary>
    /// Gets whether init restricts itself, so that it can end all of its descendants without a PID namespace.
    /// </summary>
    internal bool ConfinesInit => _context.Specification.Namespaces.Pid is HostNamespace
        && Plan is not null && Plan.Scopes.HasFlag(LandlockScopes.Signals);

    /// <summary>Creates the ruleset.</summary>
    internal void CreateRuleset() => Restriction = LandlockSteps.Add(
        _context.Builder, MountedRules.Complete(_context.Specification, _context.Specification.Landlock!), Plan!,
        _context.FirstDescriptor);

    /// <summary>Restricts init itself, if necessary.</summary>
    internal void ConfineInit()
    {
        if (ConfinesInit)
        {
            InitScopeSteps.Add(_context.Builder);
        }
    }

    internal override EffectivePolicy Report(EffectivePolicy policy, IReadOnlySet<object> skipped) => policy with
    {
        Landlock = Restriction is null || Plan is not { } plan
            ? null
            : new(plan.Abi, plan.Files, plan.Ports, plan.Scopes),
    };
}
