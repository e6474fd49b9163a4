namespace Isolation.Linux.Host;

/// <summary>Finds the mounts that cover parts of the host's /proc.</summary>
internal static class ProcCovers
{
    /// <summary>Explains, from the mount table alone, why a new /proc cannot be mounted.</summary>
    internal static Obstacle Explain(HostFiles files)
    {
        IReadOnlyList<MountLine> mounts = files.ReadMounts();
        MountLine? proc = mounts.FirstOrDefault(mount => mount is { Point: "/proc", Type: "proc" });
        if (proc is null)
        {
            return new(
                "A user namespace may mount /proc only where the host has it at /proc, and this host does not.",
                "mount -t proc proc /proc");
        }

        string[] covers = Find(mounts);
        if (covers.Length > 0)
        {
            return new(
                $"/proc is covered at {string.Join(", ", covers)}, so a user namespace may not mount a new one (too "
                + $"revealing).", $"{ContainerFlags.AgainstMasks(files)} Or bind an existing /proc.");
        }

        string? option = proc.SuperOptions.FirstOrDefault(
            option => option.StartsWith("subset=", StringComparison.Ordinal));
        return option is not null || proc.Options.Contains("ro")
            ? new(
                $"The host's own /proc is restricted ({option ?? "ro"}), so a user namespace may not mount a new one "
                + $"(too revealing).", $"mount -o remount,rw /proc, without {option ?? "ro"}")
            : new(
                "The kernel refuses to mount /proc in a user namespace (EPERM).",
                $"{ContainerFlags.AgainstMasks(files)} Or bind an existing /proc.");
    }

    /// <summary>Returns whether parts of /proc are covered, as container engines do.</summary>
    internal static bool IsCovered(HostFiles files) => Find(files.ReadMounts()).Length > 0;

    /// <summary>
    /// Finds the covered parts. The kernel ignores the mount on a directory that exists only as a mount point.
    /// </summary>
    private static string[] Find(IReadOnlyList<MountLine> mounts) =>
        [.. mounts.Select(mount => mount.Point)
            .Where(point => point.StartsWith("/proc/", StringComparison.Ordinal)
                && !point.StartsWith("/proc/sys/fs/binfmt_misc", StringComparison.Ordinal))
            .Distinct().Order(StringComparer.Ordinal)];
}
