using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Parts;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Privileges;

/// <summary>
/// Represents the privileges that commands inherit from init: its hardening, and the bounding set of capabilities.
/// </summary>
internal sealed class PrivilegePart : SandboxPart
{
    private readonly PlanningContext _context;
    private readonly HardeningSteps _hardening;

    /// <summary>The out-of-memory score to set from outside; null for none, or if the launch sets it.</summary>
    private readonly string? _outOfMemoryScore;

    internal PrivilegePart(PlanningContext context)
    {
        _context = context;
        _hardening = new HardeningSteps(context);
        if (context.Specification.Hardening.OutOfMemoryScore?.ToString(CultureInfo.InvariantCulture) is { } score)
        {
            if (context.Launch.BeginsInNewUsers)
            {
                // The application may have the capability to lower it.
                _outOfMemoryScore = score;
            }
            else
            {
                context.Launch = context.Launch with { OutOfMemoryScore = score };
            }
        }
    }

    internal override ValueTask PrepareInitAsync(SandboxPreparation sandbox, CancellationToken cancellationToken)
    {
        if (_outOfMemoryScore is not null)
        {
            SandboxErrors.Check(
                CgroupFiles.Write(
                    string.Create(CultureInfo.InvariantCulture, $"/proc/{sandbox.ProcessId}/oom_score_adj"),
                    _outOfMemoryScore),
                "set the out-of-memory score to", _outOfMemoryScore, StepKind.OutOfMemoryScore);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Adds the hardening of init.</summary>
    internal void Harden() => _hardening.Add();

    /// <summary>Bounds the resources of a new user namespace.</summary>
    internal void BoundNamespace() => _hardening.BoundNamespace();

    /// <summary>Drops every capability that no command may have.</summary>
    internal void DropBoundingSet() => BoundingSetSteps.Add(_context);

    internal override EffectivePolicy Report(EffectivePolicy policy, IReadOnlySet<object> skipped) => policy with
    {
        Capabilities = _context.Specification.Capabilities,
        NewPrivileges = _context.Specification.Hardening.NewPrivileges,
        Hardening = [.. _hardening.Measures.Where(measure => !skipped.Contains(measure))],
    };
}
