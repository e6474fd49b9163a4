using System.Collections.Immutable;

namespace Isolation.Linux.Cgroups;

/// <summary>A limit as it is written into a group.</summary>
/// <param name="Limit">What the specification calls it.</param>
/// <param name="Controller">The controller that holds it, by its name on v2.</param>
/// <param name="Files">The file, or several of which kernels have one.</param>
/// <param name="Value">What is written.</param>
/// <param name="Level">The groups that it is written into.</param>
internal sealed record GroupSetting(string Limit, string Controller, ImmutableArray<string> Files, string Value, GroupLevel Level = GroupLevel.Sandbox)
{
    internal GroupSetting(string limit, string controller, string file, string value)
        : this(limit, controller, [file], value)
    {
    }
}
