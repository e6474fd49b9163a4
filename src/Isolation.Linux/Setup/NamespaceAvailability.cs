using Isolation.Linux.Hosting;
using Isolation.Linux.Launching;

namespace Isolation.Linux.Setup;

/// <summary>Whether this host can make a kind of namespace at all, found without making one.</summary>
internal static class NamespaceAvailability
{
    private static readonly Dictionary<Namespaces, string> Limits = new()
    {
        [Namespaces.User] = "max_user_namespaces",
        [Namespaces.Cgroup] = "max_cgroup_namespaces",
        [Namespaces.Ipc] = "max_ipc_namespaces",
        [Namespaces.Uts] = "max_uts_namespaces",
        [Namespaces.Network] = "max_net_namespaces",
        [Namespaces.Pid] = "max_pid_namespaces",
        [Namespaces.Time] = "max_time_namespaces",
        [Namespaces.Mount] = "max_mnt_namespaces",
    };

    /// <summary>Null where nothing speaks against it.</summary>
    internal static NotApplied? Find(NamespaceKind kind, HostFacts facts)
    {
        if (!File.Exists($"/proc/self/ns/{kind.File}"))
        {
            return new NotApplied(
                $"make a {kind.File} namespace", $"this kernel has no {kind.File} namespaces", "Use a kernel that is built with them.");
        }

        string limit = $"/proc/sys/user/{Limits[kind.Kind]}";
        return File.Exists(limit) && File.ReadAllText(limit).Trim() == "0"
            ? new NotApplied($"make a {kind.File} namespace", $"{limit} is 0", $"sysctl -w user.{Limits[kind.Kind]}=10000")
            : null;
    }
}
