namespace Isolation.Linux.Host;

/// <summary>Names the fewest flags of container engines that lift a restriction.</summary>
internal static class ContainerFlags
{
    private const string Filter = "--security-opt seccomp=isolation.json";
    /// <summary>The flags against the filter, for the text of a remedy.</summary>
    internal const string Profile =
        "start the container with the package's profile (Docker, Podman: --security-opt seccomp=isolation.json; "
            + "Kubernetes: seccompProfile: {type: Localhost, localhostProfile: isolation.json})";

    /// <summary>The flags that make the container's cgroup writable, for the text of a remedy.</summary>
    internal const string WritableCgroups =
        "in a container with cgroup v2, --security-opt writable-cgroups=true (Docker 28), --security-opt "
            + "unmask=/sys/fs/cgroup (Podman) or cgroup_writable of containerd 2.1 (Kubernetes)";

    private const string Unconfined = "--security-opt apparmor=unconfined";

    /// <summary>The profiles that engines give to containers by default; they forbid mounts.</summary>
    private static readonly string[] EngineProfiles = ["docker-default", "containers-default", "cri-containerd"];

    /// <summary>Gets the remedy for a call that the container's filter refuses.</summary>
    internal static string AgainstFilter(HostFiles files) =>
        Remedy(filter: true, ProcCovers.IsCovered(files), IsConfinedByEngine(files));

    /// <summary>Gets the remedy for masks over <c>/proc</c>.</summary>
    internal static string AgainstMasks(HostFiles files) =>
        Remedy(filter: false, masks: true, IsConfinedByEngine(files));

    /// <summary>Gets the remedy for a profile of AppArmor.</summary>
    internal static string AgainstAppArmor(HostFiles files) =>
        Remedy(filter: false, ProcCovers.IsCovered(files), profile: true);

    private static bool IsConfinedByEngine(HostFiles files) =>
        files.ReadText("/proc/self/attr/current") is { } label && label.Contains("(enforce)", StringComparison.Ordinal)
            && Array.Exists(EngineProfiles, profile => label.StartsWith(profile, StringComparison.Ordinal));

    private static string Remedy(bool filter, bool masks, bool profile)
    {
        List<string> docker = [], podman = [], kubernetes = [];
        if (filter)
        {
            docker.Add(Filter);
            podman.Add(Filter);
            kubernetes.Add("seccompProfile: {type: Localhost, localhostProfile: isolation.json}");
        }

        if (masks)
        {
            docker.Add("--security-opt systempaths=unconfined");
            podman.Add("--security-opt unmask=ALL");
            kubernetes.Add("procMount: Unmasked with hostUsers: false");
        }

        if (profile)
        {
            docker.Add(Unconfined);
            podman.Add(Unconfined);
            kubernetes.Add("appArmorProfile: {type: Unconfined}");
        }

        string source = filter ? " The package contains isolation.json, see docs/containers.md." : "";
        return $"Start the container with (Docker) {string.Join(' ', docker)}; (Podman) {string.Join(' ', podman)}; "
            + $"(Kubernetes) {string.Join(", ", kubernetes)}.{source}";
    }
}
