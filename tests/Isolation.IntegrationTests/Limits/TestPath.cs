using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.IntegrationTests.Limits;

/// <summary>
/// A path for the cgroup of a sandbox, below the cgroup of this process or, on v2, beside those of its sandboxes. The
/// parent does not exist. The path must be empty at the end.
/// </summary>
internal sealed class TestPath : IDisposable
{
    private static int _count;

    private readonly string[] _points = [.. HostFiles.Current.ReadMounts()
        .Where(mount => mount.Type is "cgroup" or "cgroup2").Select(mount => mount.Point)];

    private readonly string _parent;

    /// <summary>
    /// The ancestors that the library creates where the hierarchies differ, deepest first. Other tests may share them.
    /// </summary>
    private readonly string[] _shared;

    internal TestPath()
    {
        Requires.That(
            "cgroup-roots", HostFiles.Current.ReadMounts().Where(mount => mount.Type is "cgroup" or "cgroup2").All(
                mount => mount.Root == "/"), "whole cgroup hierarchies must be mounted");
        CgroupLayout.Read(HostFiles.Current, null).TryFind("pids", out ControllerMount? place, out _);
        string above = place!.Version == CgroupVersion.V1
            ? Groups.OwnPath(":memory:")
            : place.Directory[_points.Where(place.Directory.StartsWith).Max(point => point.Length)..];
        _parent = $"{above}/test-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        Path = $"{_parent}/box";
        _shared = [.. _points.SelectMany(point => Ancestors(above).Select(path => point + path))
            .Where(directory => !Directory.Exists(directory))];
    }

    /// <summary>Gets the path, in the form of <c>/proc/PID/cgroup</c>.</summary>
    internal string Path { get; }

    /// <summary>Gets the directories that exist at the path, in all hierarchies.</summary>
    internal string[] Existing => [.. _points.Select(point => point + Path).Where(Directory.Exists)];

    /// <summary>Creates the cgroup in the hierarchy with the number of processes, and returns its directory.</summary>
    internal string Create()
    {
        SandboxLimits limits = new() { CgroupPath = Path };
        CgroupLayout.ReadFor(limits, HostFiles.Current).TryFind("pids", out ControllerMount? place, out _);
        string parent = Directory.CreateDirectory(place!.Directory).FullName;
        if (place.Version == CgroupVersion.V2)
        {
            File.WriteAllText($"{System.IO.Path.GetDirectoryName(parent)}/cgroup.subtree_control", "+memory +pids");
            File.WriteAllText($"{parent}/cgroup.subtree_control", "+memory +pids");
        }

        return Directory.CreateDirectory($"{parent}/box").FullName;
    }

    /// <summary>Gets the processes in the cgroup and below it.</summary>
    internal string[] Members() =>
        [.. Existing.SelectMany(CgroupFiles.WithThoseBelow).SelectMany(CgroupFiles.Members)];

    /// <summary>Waits until the kernel has let go of what was there.</summary>
    public void Dispose()
    {
        Assert.That(
            () => _points.Count(point => !CgroupFiles.TryRemove(point + _parent)), Is.Zero.After(60_000, 5));
        Array.ForEach(_shared, static directory => Kernel.rmdir(directory));
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        for (string above = path; above.Length > 0; above = above[..above.LastIndexOf('/')])
        {
            yield return above;
        }
    }
}
