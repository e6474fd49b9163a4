namespace Isolation.Linux.Landlock;

/// <summary>
/// The rules that say again what the mounts of a specification say; see <see cref="LandlockMountRules.Follow"/>.
/// </summary>
internal static class MountedRules
{
    private const LandlockFileAccess Writing = LandlockFileAccess.ReadFile | LandlockFileAccess.WriteFile
        | LandlockFileAccess.Truncate;
    private const LandlockFileAccess OfDevices = Writing | LandlockFileAccess.IoctlDevice;

    /// <summary>A specification's policy with the rules of its mounts, where it follows them.</summary>
    internal static LandlockPolicy Complete(SandboxSpecification specification, LandlockPolicy policy) =>
        policy.MountRules == LandlockMountRules.Follow
            ? policy with { FileRules = [.. Of(specification, policy), .. policy.FileRules] }
            : policy;

    private static IEnumerable<LandlockFileRule> Of(SandboxSpecification specification, LandlockPolicy policy)
    {
        LandlockFileAccess handled = policy.HandledFileAccess ?? LandlockFileAccess.All;
        return
            from rule in specification.Mounts.SelectMany(entry => OfEntry(specification, entry))
                .Prepend(("/", OfRoot(specification.Root))).Distinct()
            where (rule.Item2 & handled) != 0

            // Where an entry was left out there may be nothing; the mounts allow no more then.
            select new LandlockFileRule(rule.Item1, rule.Item2 & handled) { Requirement = Requirement.Prefer };
    }

    private static LandlockFileAccess OfRoot(RootFileSystem root) =>
        root is OverlayRoot or EmptyRoot { Access: MountAccess.ReadWrite }
            or DirectoryRoot { Access: MountAccess.ReadWrite }
            ? LandlockFileAccess.All
            : LandlockFileAccess.ReadExecute;

    private static IEnumerable<(string Path, LandlockFileAccess Access)> OfEntry(
        SandboxSpecification specification, MountEntry entry)
    {
        switch (entry)
        {
            case TemporaryMount or MessageQueueMount or BindMount { Access: MountAccess.ReadWrite }:
                yield return (entry.Target, LandlockFileAccess.All);
                break;

            // A mount that is read-only does not keep anybody from writing to its devices.
            case BindMount bind when (bind.Options & MountOptions.NoDevices) == 0:
                yield return (bind.Target, OfDevices);
                break;
            case ProcMount { Access: MountAccess.ReadWrite }:
                yield return (entry.Target, Writing);
                break;
            case DeviceMount devices:
                yield return (devices.Target, OfDevices);

                // It is the host's own, which is a command's standard input as well: that one has no path inside, so
                // the file itself is named.
                yield return (Below(devices.Target, "null"), OfDevices);
                if (devices.SharedMemorySize > 0)
                {
                    yield return (Below(devices.Target, "shm"), LandlockFileAccess.All);
                }

                break;

            // A mount of its own, in memory, where the place belongs to the host.
            case FileEntry file when specification.Root is DirectoryRoot
                || specification.Mounts.Any(other => other is BindMount && IsBelow(file.Target, other.Target)):
                yield return (file.Target, Writing);
                break;
        }
    }

    private static string Below(string directory, string name) => $"{directory.TrimEnd('/')}/{name}";

    private static bool IsBelow(string path, string directory) =>
        path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);
}
