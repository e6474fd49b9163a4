using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Cgroups.Settings;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>Creates cgroups and writes limits into them.</summary>
internal static class CgroupWriter
{
    /// <summary>The permissions of new cgroups.</summary>
    internal const int Mode = 0b111_101_101;

    /// <summary>Creates a sandbox's cgroup in a hierarchy. A cgroup that cannot be created leaves nothing.</summary>
    /// <param name="hierarchy">The hierarchy.</param>
    /// <param name="directory">The directory of the cgroup.</param>
    /// <param name="claims">The owner if the application specified the path; null if the name tells the owner.</param>
    internal static void MakeForSandbox(CgroupHierarchy hierarchy, string directory, CgroupClaims? claims)
    {
        if (claims is null)
        {
            StaleCgroupCleaner.Once(hierarchy.Parent);
        }
        else
        {
            MakeParents(hierarchy);
        }

        if (hierarchy.Version == CgroupVersion.V2)
        {
            Enable(hierarchy, hierarchy.Parent);
        }

        if (claims is null)
        {
            MakeDirectory(hierarchy, directory);
        }
        else
        {
            claims.Make(hierarchy, directory);
        }
    }

    internal static void MakeDirectory(CgroupHierarchy hierarchy, string directory)
    {
        SandboxErrors.Check(Kernel.mkdir(directory, Mode), "create the cgroup", directory, StepKind.MakeGroup);
        Initialize(hierarchy, directory);
    }

    /// <summary>Makes a new cgroup accept processes, or removes it.</summary>
    internal static void Initialize(CgroupHierarchy hierarchy, string directory)
    {
        if (hierarchy.Version == CgroupVersion.V1 && hierarchy.Controllers.Contains("cpuset"))
        {
            // A new v1 cpuset has no CPUs and no memory nodes, and accepts no process.
            foreach (string file in (string[])["cpuset.cpus", "cpuset.mems"])
            {
                string inherited = CgroupFiles.Read($"{Path.GetDirectoryName(directory)}/{file}")?.Trim() ?? "";
                long copied = CgroupFiles.Write($"{directory}/{file}", inherited);
                if (copied < 0)
                {
                    Kernel.rmdir(directory);
                }

                SandboxErrors.Check(
                    copied, $"copy {file} from the parent to the cgroup", directory, StepKind.MakeGroup);
            }
        }
    }

    /// <summary>
    /// Creates the missing ancestors of a sandbox's cgroup. On v2, they get all controllers, because another sandbox
    /// below them may have other limits.
    /// </summary>
    private static void MakeParents(CgroupHierarchy hierarchy)
    {
        Stack<string> missing = [];
        string above = hierarchy.Parent;
        for (; above.Length > 1 && !File.Exists($"{above}/cgroup.procs"); above = Path.GetDirectoryName(above)!)
        {
            missing.Push(above);
        }

        // Without any ancestor, the hierarchy is no longer mounted.
        SandboxErrors.Check(above.Length > 1 ? 0 : -Errno.ENOENT, "find the parent of the cgroup", hierarchy.Parent,
            StepKind.MakeGroup);
        foreach (string directory in missing)
        {
            if (hierarchy.Version == CgroupVersion.V2)
            {
                foreach (string controller in Words($"{above}/cgroup.controllers"))
                {
                    CgroupFiles.Write($"{above}/cgroup.subtree_control", $"+{controller}");
                }

                Enable(hierarchy, above);
            }

            long made = Kernel.mkdir(directory, Mode);
            SandboxErrors.Check(
                made == -Errno.EEXIST ? 0 : made, "create the cgroup", directory, StepKind.MakeGroup);
            Initialize(hierarchy, directory);
            above = directory;
        }
    }

    /// <summary>Enables controllers for the children of a cgroup.</summary>
    internal static void Enable(CgroupHierarchy hierarchy, string directory)
    {
        string[] enabled = Words($"{directory}/cgroup.subtree_control");
        string missing = string.Join(
            ' ', hierarchy.Controllers.Where(controller => !LimitControllers.IsInEveryGroup(controller)
                && !enabled.Contains(controller)).Select(controller => $"+{controller}"));
        if (missing.Length > 0)
        {
            SandboxErrors.Check(
                CgroupFiles.Write($"{directory}/cgroup.subtree_control", missing),
                $"enable {missing} for the children of the cgroup", directory, StepKind.MakeGroup);
        }
    }

    /// <summary>Writes the limits of a level into a cgroup.</summary>
    internal static void Write(
        CgroupHierarchy hierarchy, string directory, CgroupLevel level, Action<string, SandboxException> refuse)
    {
        foreach (CgroupSetting setting in hierarchy.Settings)
        {
            if (setting.Level == level && TryWrite(setting, directory) is { } refusal)
            {
                refuse(setting.Limit, refusal);
            }
        }
    }

    /// <summary>Tries to write one limit; returns the error on failure.</summary>
    internal static SandboxException? TryWrite(CgroupSetting setting, string directory)
    {
        string file = $"{directory}/{setting.Files[0]}";
        long result = -Errno.ENOENT;
        for (int i = 0; i < setting.Files.Length && result == -Errno.ENOENT; i++)
        {
            file = $"{directory}/{setting.Files[i]}";
            result = CgroupFiles.Write(file, setting.Value);
        }

        return result < 0
            ? SandboxErrors.Create(
                new ProgramStep(
                    $"set the limit {setting.Limit}: write {setting.Value} to", file, StepKind.SetGroupLimit),
                (int)-result)
            : null;
    }

    private static string[] Words(string file) =>
        CgroupFiles.Read(file)?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
}
