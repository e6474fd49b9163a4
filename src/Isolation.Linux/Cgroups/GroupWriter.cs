using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Cgroups;

/// <summary>Makes the folders of groups and writes limits into them.</summary>
internal static class GroupWriter
{
    private const int Mode = 0b111_101_101;

    /// <summary>Makes a sandbox's group in a hierarchy.</summary>
    internal static void MakeForSandbox(GroupHierarchy hierarchy, string folder)
    {
        GroupSweep.Once(hierarchy.Parent);
        if (hierarchy.Version == CgroupVersion.V2)
        {
            Enable(hierarchy, hierarchy.Parent);
        }

        MakeFolder(hierarchy, folder, hierarchy.Parent);
    }

    internal static void MakeFolder(GroupHierarchy hierarchy, string folder, string parent)
    {
        Errors.Check(Kernel.mkdir(folder, Mode), "make the control group", folder, StepKind.MakeGroup);
        if (hierarchy.Version == CgroupVersion.V1 && hierarchy.Controllers.Contains("cpuset"))
        {
            // A new group of v1 has no processor and no memory, and takes no process.
            foreach (string file in (string[])["cpuset.cpus", "cpuset.mems"])
            {
                string inherited = GroupFiles.Read($"{parent}/{file}")?.Trim() ?? "";
                Errors.Check(GroupFiles.Write($"{folder}/{file}", inherited), $"hand {file} on to the control group", folder, StepKind.MakeGroup);
            }
        }
    }

    /// <summary>Hands controllers on to the groups below one.</summary>
    internal static void Enable(GroupHierarchy hierarchy, string folder)
    {
        string[] enabled = GroupFiles.Read($"{folder}/cgroup.subtree_control")?.Trim().Split(' ') ?? [];
        string missing = string.Join(' ', hierarchy.Controllers.Where(controller => !LimitControllers.IsInEveryGroup(controller) && !enabled.Contains(controller)).Select(controller => $"+{controller}"));
        if (missing.Length > 0)
        {
            Errors.Check(GroupFiles.Write($"{folder}/cgroup.subtree_control", missing), $"enable {missing} below the control group", folder, StepKind.MakeGroup);
        }
    }

    /// <summary>Writes the limits that belong into a group.</summary>
    internal static void Write(GroupHierarchy hierarchy, string folder, GroupLevel level, Action<string, SandboxException> refuse)
    {
        foreach (GroupSetting setting in hierarchy.Settings)
        {
            if (setting.Level == level && TryWrite(setting, folder) is { } refusal)
            {
                refuse(setting.Limit, refusal);
            }
        }
    }

    /// <summary>Writes one limit. Returns why it cannot be had, if it cannot.</summary>
    internal static SandboxException? TryWrite(GroupSetting setting, string folder)
    {
        string file = $"{folder}/{setting.Files[0]}";
        long result = -Errno.ENOENT;
        for (int i = 0; i < setting.Files.Length && result == -Errno.ENOENT; i++)
        {
            file = $"{folder}/{setting.Files[i]}";
            result = GroupFiles.Write(file, setting.Value);
        }

        return result < 0
            ? Errors.Create(new ProgramStep($"set the limit {setting.Limit}: write {setting.Value} to", file, StepKind.SetGroupLimit), (int)-result)
            : null;
    }
}
