using System.Collections.Immutable;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Cgroups.Settings;

/// <summary>A limit as it is written into a group.</summary>
/// <param name="Limit">What the specification calls it.</param>
/// <param name="Controller">The controller that holds it, by its name on v2.</param>
/// <param name="Files">The file, or several of which kernels have one.</param>
/// <param name="Value">What is written.</param>
/// <param name="Unlimited">What is written to take it back; null: what the parent group has.</param>
/// <param name="Level">The groups that it is written into.</param>
/// <param name="Device">The device that it is about, where a file has a value for each.</param>
internal sealed record CgroupSetting(
    string Limit, string Controller, ImmutableArray<string> Files, string Value, string? Unlimited,
    CgroupLevel Level = CgroupLevel.Sandbox, string Device = "")
{
    internal CgroupSetting(
        string limit, string controller, string file, string value, string? unlimited, string device = "")
        : this(limit, controller, [file], value, unlimited, Device: device)
    {
    }

    /// <summary>Whether one of them takes the place of the other.</summary>
    internal bool Replaces(CgroupSetting other) =>
        Files[0] == other.Files[0] && Device == other.Device && Level == other.Level;
}
