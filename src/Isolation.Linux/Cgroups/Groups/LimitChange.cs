using Isolation.Linux.Cgroups.Settings;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>Represents a limit to write, and how to undo it.</summary>
/// <param name="Index">The index of the hierarchy.</param>
/// <param name="Setting">The new value.</param>
/// <param name="Undo">The previous value.</param>
/// <param name="IsWanted">Whether the change sets a limit rather than removes one.</param>
internal sealed record LimitChange(int Index, CgroupSetting Setting, CgroupSetting Undo, bool IsWanted);
