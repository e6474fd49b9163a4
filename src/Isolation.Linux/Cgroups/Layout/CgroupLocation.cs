namespace Isolation.Linux.Cgroups.Layout;

/// <summary>Specifies where the application wants the cgroups of a sandbox, by paths in each hierarchy.</summary>
/// <param name="Parent">The parent; null for the first usable cgroup.</param>
/// <param name="Name">
/// The name below the parent, which need not exist then; null for a name of the library's choice.
/// </param>
internal sealed record CgroupLocation(string? Parent, string? Name)
{
    /// <summary>Gets the location that limits specify.</summary>
    internal static CgroupLocation Of(SandboxLimits limits) => limits.CgroupPath is { } path
        ? new CgroupLocation(Path.GetDirectoryName(path), Path.GetFileName(path))
        : new CgroupLocation(limits.ParentGroup, null);
}
