using Isolation.IntegrationTests.Support;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Control groups of the host, and sandboxes with limits.</summary>
internal static class Groups
{
    private static readonly string[] Needed = ["memory", "cpu", "cpuacct", "pids"];

    /// <summary>The directories below which this process makes groups.</summary>
    internal static string[] Parents
    {
        get
        {
            CgroupLayout layout = CgroupLayout.Read(HostFiles.Current, null);
            return [.. Needed.Select(
                controller => layout.TryFind(controller, out ControllerMount? place, out _) ? place.Directory : null)
                .OfType<string>().Distinct()];
        }
    }

    /// <summary>Gets whether this process can make any groups.</summary>
    internal static bool AreUsable => Parents.Length > 0;

    /// <summary>Skips the test where groups with all that is tested cannot be made.</summary>
    internal static void Require()
    {
        Requires.UserNamespaces();
        CgroupLayout layout = CgroupLayout.Read(HostFiles.Current, null);
        foreach (string controller in Needed)
        {
            bool isFound = layout.TryFind(controller, out _, out Obstacle? obstacle);
            Requires.That("cgroups", isFound, obstacle?.Reason);
        }
    }

    /// <summary>
    /// The group that this process is in, by a part of its line in <c>/proc/self/cgroup</c>; empty for the root.
    /// </summary>
    internal static string OwnPath(string mark) =>
        File.ReadLines("/proc/self/cgroup").First(line => line.Contains(mark, StringComparison.Ordinal))
            .Split(':', 3)[2].TrimEnd('/');

    internal static SandboxSpecification Limited(SandboxLimits limits) =>
        Guest.Specification() with { Limits = limits };

    /// <summary>A script that has so many MiB of memory at once, which nothing can take back.</summary>
    internal static string Allocate(int mebibytes) =>
        $"exec dd if=/dev/zero of=/dev/null bs={mebibytes}M count=1 2>/dev/null";

    internal static Task<SandboxResult> RunAsync(
        this SandboxSpecification specification, SandboxCommand command, TimeSpan wallTime) =>
        Guest.Provider.RunAsync(specification, command with { WallTime = wallTime });

    /// <summary>The groups that a process has at the moment.</summary>
    internal static string[] Of(int process) =>
        [.. Parents.SelectMany(CgroupFiles.Children).Where(
            directory => CgroupOwner.Parse(Path.GetFileName(directory))?.Process == process)];

    /// <summary>The same, in whatever hierarchy.</summary>
    internal static string[] OfAnywhere(int process)
    {
        CgroupLayout layout = CgroupLayout.Read(HostFiles.Current, null);
        IEnumerable<string> parents = LimitControllers.All.Select(
            controller => layout.TryFind(controller, out ControllerMount? place, out _) ? place.Directory : null)
            .OfType<string>();
        return [.. parents.Distinct().SelectMany(CgroupFiles.Children).Where(
            directory => CgroupOwner.Parse(Path.GetFileName(directory))?.Process == process)];
    }

    /// <summary>The processes in the groups that a process has at the moment.</summary>
    internal static string[] MembersOf(int process) =>
        [.. Of(process).SelectMany(CgroupFiles.WithThoseBelow).SelectMany(CgroupFiles.Members)];

    internal static string[] OfThisProcess() => Of(Environment.ProcessId);
}
