using Isolation.Linux.Parts;
using Isolation.Linux.Seccomp.Compiling;

namespace Isolation.Linux.Seccomp;

/// <summary>Represents the system-call filter, which each command loads for itself.</summary>
internal sealed class SeccompPart(PlanningContext context) : SandboxPart
{
    private readonly SystemCallFilter _filter = context.Specification.SystemCalls;

    /// <summary>Gets the filter for commands that specify none; null to allow all system calls.</summary>
    internal CompiledFilter? Filter { get; } = FilterCache.Get(context.Specification.SystemCalls);

    internal override EffectivePolicy Report(EffectivePolicy policy, IReadOnlySet<object> skipped) => policy with
    {
        SystemCalls = Filter is null
            ? null
            : new(
                _filter.Profile, _filter.Rules.IsDefault ? 0 : _filter.Rules.Length, Filter.InstructionCount,
                Filter.HasNotify),
    };
}
