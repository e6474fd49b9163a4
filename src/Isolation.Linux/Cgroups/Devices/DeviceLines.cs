namespace Isolation.Linux.Cgroups.Devices;

/// <summary>
/// An allow-list for cgroup v1; see https://docs.kernel.org/admin-guide/cgroup-v1/devices.html. The kernel takes one
/// line with each write.
/// </summary>
internal static class DeviceLines
{
    /// <summary>What to write to <c>devices.deny</c> first: everything is refused and former exceptions are forgotten.</summary>
    internal const string DenyAll = "a";

    /// <summary>What to write to <c>devices.allow</c> then.</summary>
    internal static IReadOnlyList<string> Allow(IEnumerable<DeviceRule> rules) => [.. rules.SelectMany(rule => rule.ToLines()).Distinct()];
}
