namespace Isolation.Linux.Landlock;

/// <summary>
/// Derives rules from the mounts of a specification; see <see cref="LandlockMountRules.Follow"/>.
/// </summary>
internal static class MountedRules
{
    private const LandlockFileAccess Writing = LandlockFileAccess.ReadFile | LandlockFileAccess.WriteFile
        | LandlockFileAccess.Truncate;
    private const LandlockFileAccess OfDevices = Writing | LandlockFileAccess.IoctlDevice;

    /// <summary>Adds the rules derived from mounts to a policy that follows them.</summary>
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

            // The path does not exist if an optional entry was skipped; the mounts grant no more in that case.
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

            // A read-only mount does not prevent writing to devices on it.
            case BindMount bind when (bind.Options & MountOptions.NoDevices) == 0:
                yield return (bind.Target, OfDevices);
                break;
            case ProcMount { Access: MountAccess.ReadWrite }:
                yield return (entry.Target, Writing);
                break;
            case DeviceMount devices:
                yield return (devices.Target, OfDevices);

                // This device belongs to the host and can also be a command's standard input, which has no path in the
                // sandbox, so the rule names the file itself.
                yield return (Below(devices.Target, "null"), OfDevices);
                if (devices.SharedMemorySize > 0)
                {
                    yield return (Below(devices.Target, "shm"), LandlockFileAccess.All);
                }

                break;

            // On a host directory, the file is a separate mount in memory.
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
