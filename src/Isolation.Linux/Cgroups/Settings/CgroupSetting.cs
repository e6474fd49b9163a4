using System.Collections.Immutable;

namespace Isolation.Linux.Cgroups.Settings;

/// <summary>Represents a limit as written into a cgroup.</summary>
/// <param name="Limit">The limit's name in the specification.</param>
/// <param name="Controller">The v2 name of the controller that enforces the limit.</param>
/// <param name="Files">The file, or alternatives of which each kernel has one.</param>
/// <param name="Value">The text to write.</param>
/// <param name="Unlimited">The text that removes the limit; null for the parent's value.</param>
/// <param name="Level">The level of the cgroups to write to.</param>
/// <param name="Device">The device of the limit, if the file has a value for each device.</param>
internal sealed record CgroupSetting(
    string Limit, string Controller, ImmutableArray<string> Files, string Value, string? Unlimited,
    CgroupLevel Level = CgroupLevel.Sandbox, string Device = "")
{
    internal CgroupSetting(
        string limit, string controller, string file, string value, string? unlimited, string device = "")
        : this(limit, controller, [file], value, unlimited, Device: device)
    {
    }

    /// <summary>Returns whether this setting and another one replace each other.</summary>
    internal bool Replaces(CgroupSetting other) =>
        Files[0] == other.Files[0] && Device == other.Device && Level == other.Level;
}
