using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Cgroups.Views;
using Isolation.Linux.Host;
using Isolation.Linux.Parts;

namespace Isolation.Linux.Cgroups;

/// <summary>
/// Represents the limits of a sandbox, for which the application creates cgroups before it launches init.
/// </summary>
internal sealed class CgroupPart : SandboxPart
{
    private readonly SandboxLimits _limits;
    private readonly HostFiles _files;
    private CgroupPlan? _plan;

    /// <param name="context">The state of the planning.</param>
    /// <param name="limits">The limits.</param>
    internal CgroupPart(PlanningContext context, SandboxLimits limits)
    {
        _limits = limits;
        _files = context.Host.Files;

        // A scope ends with the application that requested it.
        Delegation = context.IsDetached ? null : context.Host.Cgroups;
        DelegationQuestion question = new();
        try
        {
            CgroupPlan plan = CgroupPlan.Make(limits, _files, question)!;
            _plan = question.WasAsked && Delegation is not null ? null : plan;
        }
        catch (SandboxException) when (question.WasAsked && Delegation is not null)
        {
            // A cgroup is required, and the application may obtain one when it creates the sandbox.
        }
    }

    /// <summary>Gets the way to a cgroup where none is usable as it is; null for none.</summary>
    internal ICgroupDelegation? Delegation { get; }

    /// <summary>
    /// Gets the plan; null while the host must be asked for a cgroup first, which happens when a sandbox is created.
    /// </summary>
    internal CgroupPlan? Plan => Volatile.Read(ref _plan);

    /// <summary>Gets the view that the sandbox has of its own cgroups.</summary>
    internal ImmutableArray<CgroupViewPart> View => CgroupView.Of(Plan, _files);

    internal override void PrepareHost(SandboxPreparation sandbox)
    {
        CgroupPlan plan = Decide();
        sandbox.NotApplied = [.. sandbox.NotApplied, .. plan.NotApplied];
        string name = plan.Name ?? sandbox.CgroupName ?? CgroupOwner.Current.NextName();
        sandbox.Record?.Write(name, plan.Hierarchies);
        SandboxCgroups? cgroups = SandboxCgroups.Create(
            plan, name, sandbox.IsForOneRun, out ImmutableArray<NotApplied> notApplied);
        sandbox.Take(cgroups);
        if (cgroups?.Hierarchies.Length != plan.Hierarchies.Length)
        {
            // A cgroup that was only preferred, and could not be created, must not be missed by the next application.
            sandbox.Record?.Write(name, cgroups?.Hierarchies ?? []);
        }

        sandbox.NotApplied = [.. sandbox.NotApplied, .. notApplied];
    }

    internal override EffectivePolicy Report(EffectivePolicy policy, IReadOnlySet<object> skipped) => policy with
    {
        Limits = Describe(Plan?.Hierarchies ?? []),
    };

    /// <summary>Describes the limits in hierarchies.</summary>
    internal static ImmutableArray<string> Describe(ImmutableArray<CgroupHierarchy> hierarchies) =>
    [
        .. hierarchies.SelectMany(static hierarchy => hierarchy.Settings)
            .Select(static setting =>
                $"{setting.Files[0]} {setting.Device}{(setting.Device.Length > 0 ? " " : "")}{setting.Value}")
            .Distinct(),
    ];

    private CgroupPlan Decide()
    {
        if (Plan is { } decided
            && (Delegation is null
                || decided.Hierarchies.All(hierarchy => Delegation.IsUsable(hierarchy.Parent))))
        {
            return decided;
        }

        CgroupPlan plan = CgroupPlan.Make(_limits, _files, Delegation)!;
        Volatile.Write(ref _plan, plan);
        return plan;
    }

    /// <summary>Learns whether a plan depends on a delegation, without changing anything on the host.</summary>
    private sealed class DelegationQuestion : ICgroupDelegation
    {
        private static readonly Obstacle NotObtained = new("The application has not obtained a cgroup.", null);

        internal bool WasAsked { get; private set; }

        public Obstacle? LeaveGroup(string directory)
        {
            WasAsked = true;
            return NotObtained;
        }

        public string? FindScope(string ownGroup, Func<string, string?> locate, out Obstacle? obstacle)
        {
            WasAsked = true;
            obstacle = NotObtained;
            return null;
        }

        public bool IsUsable(string directory) => true;
    }
}
