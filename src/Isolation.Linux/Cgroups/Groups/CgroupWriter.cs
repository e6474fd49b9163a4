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
    private const int Mode = 0b111_101_101;

    /// <summary>Creates a sandbox's cgroup in a hierarchy.</summary>
    internal static void MakeForSandbox(CgroupHierarchy hierarchy, string directory)
    {
        StaleCgroupCleaner.Once(hierarchy.Parent);
        if (hierarchy.Version == CgroupVersion.V2)
        {
            Enable(hierarchy, hierarchy.Parent);
        }

        MakeDirectory(hierarchy, directory, hierarchy.Parent);
    }

    internal static void MakeDirectory(CgroupHierarchy hierarchy, string directory, string parent)
    {
        SandboxErrors.Check(Kernel.mkdir(directory, Mode), "create the cgroup", directory, StepKind.MakeGroup);
        if (hierarchy.Version == CgroupVersion.V1 && hierarchy.Controllers.Contains("cpuset"))
        {
            // A new v1 cpuset has no CPUs and no memory nodes, and accepts no process.
            foreach (string file in (string[])["cpuset.cpus", "cpuset.mems"])
            {
                string inherited = CgroupFiles.Read($"{parent}/{file}")?.Trim() ?? "";
                SandboxErrors.Check(
                    CgroupFiles.Write($"{directory}/{file}", inherited), $"copy {file} from the parent to the cgroup",
                    directory, StepKind.MakeGroup);
            }
        }
    }

    /// <summary>Enables controllers for the children of a cgroup.</summary>
    internal static void Enable(CgroupHierarchy hierarchy, string directory)
    {
        string[] enabled = CgroupFiles.Read($"{directory}/cgroup.subtree_control")?.Trim().Split(' ') ?? [];
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
}
