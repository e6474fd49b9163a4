using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;

namespace Isolation.IntegrationTests.Limits;

/// <summary>A group of v2 beside those of this process's sandboxes. It must be empty at the end.</summary>
internal sealed class TestGroup : IDisposable
{
    private static int _count;

    internal TestGroup()
    {
        ControllerMount place = CgroupLayout.Read(HostFiles.Current, null).UnifiedPlace!;
        string name = $"test-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        Directory = $"{place.Directory}/{name}";

        // Sandboxes are made below the group that this process is in, or below one above it.
        string above = Groups.OwnPath("0::");
        while (!place.Directory.EndsWith(above, StringComparison.Ordinal))
        {
            above = above[..above.LastIndexOf('/')];
        }

        Path = $"{above}/{name}";
        System.IO.Directory.CreateDirectory(Directory);
    }

    internal string Directory { get; }

    /// <summary>Gets the path of the members in <c>/proc/PID/cgroup</c>.</summary>
    internal string Path { get; }

    /// <summary>Waits until the kernel has let go of what was in it.</summary>
    public void Dispose() => Assert.That(() => CgroupFiles.TryRemove(Directory), Is.True.After(60_000, 5));
}
