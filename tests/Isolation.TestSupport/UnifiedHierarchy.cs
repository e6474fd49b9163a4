namespace Isolation.TestSupport;

/// <summary>
/// Detects without the library under test whether this process can create cgroups of v2 with limits.
/// </summary>
internal static class UnifiedHierarchy
{
    private const string Mount = "/sys/fs/cgroup";
    private static readonly string[] Needed = ["cpu", "memory", "pids"];

    /// <summary>Tries to create a cgroup, removes it, and returns the reason for a failure, or null.</summary>
    internal static string? FindRefusal()
    {
        string? own = File.ReadLines("/proc/self/cgroup").Where(
            line => line.StartsWith("0::", StringComparison.Ordinal)).Select(line => line[3..]).FirstOrDefault();
        if (own is null || !File.Exists($"{Mount}/cgroup.controllers"))
        {
            return $"the unified cgroup hierarchy is needed at {Mount}";
        }

        // The cgroup of this process cannot enable controllers for its children, unless it is the root.
        for (string path = own.TrimEnd('/'); ; path = path[..path.LastIndexOf('/')])
        {
            if (MayLimitBelow(Mount + path))
            {
                return null;
            }

            if (path.Length == 0)
            {
                return $"at {Mount}{own} and above it no group with {string.Join(", ", Needed)} can be made";
            }
        }
    }

    private static bool MayLimitBelow(string parent)
    {
        string group = $"{parent}/try-{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(group);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        try
        {
            return HasAll($"{group}/cgroup.controllers")
                || (HasAll($"{parent}/cgroup.controllers") && MayHandOn(parent));
        }
        finally
        {
            Directory.Delete(group);
        }
    }

    private static bool MayHandOn(string parent)
    {
        try
        {
            using FileStream control = File.OpenWrite($"{parent}/cgroup.subtree_control");
            bool isRoot = !File.Exists($"{parent}/cgroup.type");
            return isRoot || File.ReadAllText($"{parent}/cgroup.procs").Length == 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool HasAll(string file) => Needed.All(File.ReadAllText(file).Split([' ', '\n']).Contains);
}
